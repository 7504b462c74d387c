package node

// plainLine takes "- key: value" or "key: value" apart, which stands between two
// places of a text. What it accepts means the same to every reader of YAML: keys of
// letters, values that begin with a letter and are neither a number nor a truth value
// to any version.
func plainLine(text []byte, start, stop int) (indent int, starts bool, p runPair, ok bool) {
	line := text[start:stop]
	for indent < len(line) && line[indent] == ' ' {
		indent++
	}
	key := indent
	if len(line) > key+2 && line[key] == '-' && line[key+1] == ' ' {
		starts, key = true, key+2
	}
	colon := key
	for colon < len(line) && isLetter(line[colon]) {
		colon++
	}
	value := colon + 2
	if colon == key || value >= len(line) || line[colon] != ':' || line[colon+1] != ' ' {
		return 0, false, runPair{}, false
	}
	if !isLetter(line[value]) || isWord(line[key:colon]) || isWord(line[value:]) {
		return 0, false, runPair{}, false
	}
	for _, c := range line[value:] {
		if !isLetter(c) && (c < '0' || c > '9') && c != '-' && c != '_' && c != '.' && c != '/' && c != '@' {
			return 0, false, runPair{}, false
		}
	}
	return indent, starts, runPair{spanOf(start+key, start+colon), spanOf(start+value, stop)}, true
}

func spanOf(from, to int) span {
	return span{int32(from), int32(to)} //nolint:gosec // places in a text that runs has found short enough
}

func isLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// isWord says whether some version of YAML reads a plain word as something other than text.
func isWord(word []byte) bool {
	if len(word) > len("false") {
		return false
	}
	var lower [len("false")]byte
	for i, c := range word {
		lower[i] = c | 0x20 // of letters; nothing else turns into one of these words
	}
	switch string(lower[:len(word)]) {
	case "y", "n", "yes", "no", "on", "off", "true", "false", "null":
		return true
	}
	return false
}
