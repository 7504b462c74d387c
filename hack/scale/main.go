// Command scale writes what docs/scale.md shows, from what BenchmarkUniversity printed: the table, and the chart beside it.
//
//	go run -C hack/scale . -docs ../../docs
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	docs := flag.String("docs", "../../docs", "the folder that has scale.md, and in scale/ what the benchmark printed")
	flag.Parse()
	if err := run(*docs); err != nil {
		fmt.Fprintln(os.Stderr, "scale:", err)
		os.Exit(1)
	}
}

func run(docs string) error {
	runs, err := read(filepath.Join(docs, "scale"))
	if err != nil {
		return err
	}
	if err := insert(filepath.Join(docs, "scale.md"), table(runs)); err != nil {
		return err
	}
	return chart(filepath.Join(docs, "scale", "live.svg"), runs)
}
