package printers

import "io"

// Branch is a line of a tree with what hangs below it.
type Branch struct {
	// Label is drawn behind the lines of the tree; columns follow it, aligned.
	Label    string
	Columns  []string
	Colour   func(string) string
	Children []*Branch
	// Note says that the line is a sentence beside which nothing stands, and that columns need not leave room for it.
	Note bool
	// Key tells the children of one branch apart where paths are merged.
	Key string
}

// Child returns the child of that key, new or known.
func (b *Branch) Child(key, label string) *Branch {
	for _, c := range b.Children {
		if c.Key == key {
			return c
		}
	}
	c := &Branch{Key: key, Label: label}
	b.Children = append(b.Children, c)
	return c
}

// WriteForest draws trees, with the columns of all of them aligned.
func WriteForest(w io.Writer, s Style, roots ...*Branch) error {
	t := &Table{}
	for _, r := range roots {
		t.addBranch(s, r, "", "")
	}
	return t.WriteWithin(w, s.width)
}

func (t *Table) addBranch(s Style, b *Branch, first, rest string) {
	if b.Note {
		t.AddNote(b.Label)
	} else {
		t.Add(append([]string{b.Label}, b.Columns...)...)
	}
	following := rest // before the further lines of this branch, and the line down to its children
	if len(b.Children) > 0 {
		following += "│ "
	}
	t.leading(lead{first, following})
	if b.Colour != nil {
		t.Mark(0, b.Colour)
	}
	if n := len(b.Columns); n > 0 {
		t.Mark(n, s.Faint)
	}
	for i, c := range b.Children {
		if i == len(b.Children)-1 {
			t.addBranch(s, c, rest+"└─ ", rest+"   ")
		} else {
			t.addBranch(s, c, rest+"├─ ", rest+"│  ")
		}
	}
}
