package ratefile

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/headgate-dev/headgate/adapters/internal/yamldoc"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/rates"
)

// document compares a whole document with the grammar, and says whether the book in it
// can be judged.
func (c *checker) document() (readable bool) {
	root := c.torn.Root
	refuse := func(at *yamldoc.Node, path, what string) {
		c.add(at, path, &flaw{ErrFormat, what, fmt.Sprintf("begin the file with the line %s: %s", formatKey, formatVersion)})
	}
	switch {
	case root == nil:
		return false
	case root.Kind == yamldoc.Scalar && root.Type == yamldoc.Null:
		if len(c.torn.Faults) == 0 {
			refuse(root, "", "the file is empty")
		}
		return false
	case root.Kind != yamldoc.Mapping || len(root.Entries) == 0:
		if len(c.torn.Faults) == 0 {
			refuse(root, "", "the file is no rate book")
		}
		return false
	}
	if !c.format(refuse) {
		return false
	}
	c.check(grammar, root, nil, nil, math.MaxInt)
	c.checkNames(root)
	c.periods(root)
	return len(c.found) < maxFound
}

// format reads the first line, and says whether the rest can be read by this grammar.
func (c *checker) format(refuse func(at *yamldoc.Node, path, what string)) bool {
	root := c.torn.Root
	e := root.Get(formatKey)
	torn := len(c.torn.Gaps) > 0 && c.torn.Gaps[0].First <= root.Line
	switch {
	case e.Value == nil && torn:
		root.Entries = slices.Insert(root.Entries, 0, formatEntry(root))
		return root.Get("schedules").Value != nil
	case e.Value == nil:
		refuse(root, formatKey, "the file does not say that it is a rate book")
		if root.Get("schedules").Value == nil {
			return false
		}
		// A key for it in other words is no second fault.
		for _, entry := range root.Entries {
			if nearest(entry.Key.Text, []string{formatKey}) != "" {
				entry.Key.Text = formatKey
				*entry.Value = *formatEntry(root).Value
				return true
			}
		}
		root.Entries = slices.Insert(root.Entries, 0, formatEntry(root))
		return true
	case e.Value.Kind == yamldoc.Refused:
		*e.Value = *formatEntry(root).Value
	case e.Value.Kind != yamldoc.Scalar || e.Value.Text != formatVersion:
		what := "the format is not stated"
		if e.Value.Kind == yamldoc.Scalar && e.Value.Text != "" {
			what = yamldoc.Quoted(e.Value.Text) + " is no format that is known"
		}
		refuse(e.Value, formatKey, what+"; known is "+formatVersion)
		other := strings.HasPrefix(e.Value.Text, "rate-book/") && isWhole(strings.TrimPrefix(e.Value.Text, "rate-book/"))
		*e.Value = *formatEntry(root).Value
		return !other
	case root.Entries[0].Key.Text != formatKey && !torn:
		refuse(e.Key, formatKey, formatKey+" is not the first key of the file")
	}
	return true
}

func isWhole(text string) bool {
	_, err := strconv.ParseUint(text, 10, 32)
	return err == nil
}

// formatEntry is the first line as it should be.
func formatEntry(root *yamldoc.Node) yamldoc.Entry {
	return yamldoc.Entry{
		Key:   &yamldoc.Node{Kind: yamldoc.Scalar, Text: formatKey, Line: root.Line, Col: root.Col},
		Value: &yamldoc.Node{Kind: yamldoc.Scalar, Text: formatVersion, Line: root.Line, Col: root.Col},
	}
}

// checkNames refuses two checks of one name.
func (c *checker) checkNames(root *yamldoc.Node) {
	seen := map[string]int{}
	checks := root.Get("checks").Value
	if checks == nil {
		return
	}
	for i, check := range checks.Items {
		name := check.Get("name").Value
		if name == nil || name.Kind != yamldoc.Scalar {
			continue
		}
		if first, ok := seen[name.Text]; ok {
			c.add(name, fmt.Sprintf("checks[%d].name", i), &flaw{rates.ErrDuplicate, fmt.Sprintf("check %s stands on line %d already", yamldoc.Quoted(name.Text), first), "give each its own name"})
			continue
		}
		seen[name.Text] = name.Line
	}
}

// periods refuses checks whose period ends before it begins.
func (c *checker) periods(root *yamldoc.Node) {
	checks := root.Get("checks").Value
	if checks == nil {
		return
	}
	for i, check := range checks.Items {
		from, to := dateOf(check.Get("from").Value), dateOf(check.Get("to").Value)
		if from.IsZero() || to.IsZero() {
			continue
		}
		if _, err := civil.NewPeriod(from, to); err != nil {
			c.add(check.Get("to").Value, fmt.Sprintf("checks[%d].to", i), flawOf(ErrPeriod, err))
		}
	}
}
