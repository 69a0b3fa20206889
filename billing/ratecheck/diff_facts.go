package ratecheck

import (
	"fmt"
	"strings"

	"github.com/headgate-dev/headgate/billing/rates"
)

// facts compares what a schedule may ask of an account.
func (d *bookDiffer) facts(was, is []rates.Fact) {
	begin := len(d.found)
	pairs := diffMatch(was, is, func(f *rates.Fact) string { return f.Name })
	for _, p := range pairs {
		switch {
		case p.was == nil:
			d.say(Added, fmt.Sprintf("The schedule now asks for %s, %s; a change inside a bill is %s", diffPlain.name(p.is.Name), diffFactWords(p.is), diffSelectWords(p.is.Change)))
		case p.is == nil:
			d.say(Removed, fmt.Sprintf("The schedule no longer asks for %s, %s", diffPlain.name(p.was.Name), diffFactWords(p.was)))
		default:
			d.fact(p.was, p.is)
		}
	}
	if len(d.found) == begin && diffMoved(pairs) {
		names := make([]string, len(is))
		for i := range is {
			names[i] = is[i].Name
		}
		d.say(Altered, "The schedule asks for facts in another order: "+diffAnd(diffPlain.names(names)))
	}
}

// fact compares what an account may say under one name.
func (d *bookDiffer) fact(was, is *rates.Fact) {
	name := diffPlain.name(is.Name)
	listed := len(was.Allowed) > 0 && len(is.Allowed) > 0 && was.Type == is.Type && diffSameRange(was.Range, is.Range)
	if listed {
		d.allowed(name, was.Allowed, is.Allowed)
	} else if a, b := diffFactWords(was), diffFactWords(is); a != b {
		d.say(Altered, fmt.Sprintf("%s is now %s", diffBegin(name), diffInstead(b, a)))
	}
	if was.Change != is.Change {
		d.say(Altered, fmt.Sprintf("A change of %s inside a bill is now %s", name, diffInstead(diffSelectWords(is.Change), diffSelectWords(was.Change))))
	}
}

// allowed compares what a text may be.
func (d *bookDiffer) allowed(name string, was, is []string) {
	var more, less []string
	pairs := diffMatch(was, is, func(text *string) string { return *text })
	for _, p := range pairs {
		switch {
		case p.was == nil:
			more = append(more, *p.is)
		case p.is == nil:
			less = append(less, *p.was)
		}
	}
	if len(more) > 0 {
		d.say(Added, fmt.Sprintf("%s may now also be %s", diffBegin(name), diffOr(diffPlain.texts(more))))
	}
	if len(less) > 0 {
		d.say(Removed, fmt.Sprintf("%s may no longer be %s", diffBegin(name), diffOr(diffPlain.texts(less))))
	}
	if len(more)+len(less) == 0 && diffMoved(pairs) {
		d.say(Altered, fmt.Sprintf("%s may be the same as before, in another order: %s", diffBegin(name), diffOr(diffPlain.texts(is))))
	}
}

// diffFactWords is what a fact may be.
func diffFactWords(f *rates.Fact) string {
	text := ""
	switch f.Type {
	case rates.TextFact:
		text = "a text"
	case rates.NumberFact:
		text = "a number"
	case rates.AnyFact:
		text = "a text or a number"
	default:
		text = fmt.Sprintf("a fact of type %s", f.Type)
	}
	if r := f.Range; r != nil {
		if r.Whole {
			text = "a whole" + strings.TrimPrefix(text, "a")
		}
		text += fmt.Sprintf(" from %s to %s", diffNumberText(r.Least), diffNumberText(r.Most))
	}
	if len(f.Allowed) > 0 {
		text += " (" + diffOr(diffPlain.texts(f.Allowed)) + ")"
	}
	return text
}
