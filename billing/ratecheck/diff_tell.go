package ratecheck

import (
	"fmt"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/rates"
)

// tell puts what a walk has found into sentences.
func (w *diffWalk) tell() {
	text, kind, all := w.alike()
	for i := range w.found {
		f := &w.found[i]
		switch {
		case all && f.aspect == diffItself && text != "":
			w.say(kind, text)
			text = ""
		case all && f.aspect == diffItself:
		default:
			kind, text := w.sentence(f)
			w.say(kind, diffCapital(text))
		}
	}
}

// diffCapital begins a sentence with a capital where the words are ours: those of the book
// stay as they are.
func diffCapital(text string) string {
	for _, ours := range []string{"the ", "tier ", "tiers ", "item ", "prices "} {
		if strings.HasPrefix(text, ours) {
			return diffBegin(text)
		}
	}
	return text
}

// sentence tells one part.
func (w *diffWalk) sentence(f *diffFound) (DifferenceKind, string) {
	who, where := w.who(f)
	if f.told != "" {
		return Altered, who + where + " " + f.told
	}
	if f.aspect == diffItself {
		if kind, text, ok := diffMoves(f); ok {
			return kind, who + where + " " + text
		}
	}
	if a, ok := f.was.(rates.Formula); ok {
		if b, ok := f.is.(rates.Formula); ok {
			return Altered, w.formulas(f, who+where, a, b)
		}
	}
	was, is := diffApart(func(level diffLevel) (string, string) {
		return w.was.value(level, f.was, f.measure[0]), w.is.value(level, f.is, f.measure[1])
	})
	if before, _, ok := diffNumbersOf(f); ok {
		was = f.measure[0].bare(before) // in the unit that is named with what is
	}
	switch f.aspect {
	case diffQuantity:
		if f.usage && f.was == nil {
			was = "the billed usage"
		}
		if f.usage && f.is == nil {
			is = "the billed usage"
		}
		return Altered, fmt.Sprintf("%s%s now counts %s", who, where, diffInstead(is, was))
	case diffBound:
		return Altered, who + where + diffEnds("ends at", "an end", f, was, is)
	case diffStart:
		return Altered, who + where + diffEnds("begins above", "a beginning", f, was, is)
	case diffColumn:
		return Altered, fmt.Sprintf("prices of the tiers of %s%s were %s and are now %s", who, where, was, is)
	}
	switch {
	case f.was == nil:
		return Added, fmt.Sprintf("%s%s is new: %s", who, where, is)
	case f.is == nil:
		return Removed, fmt.Sprintf("%s%s is gone; it was %s", who, where, was)
	}
	return Altered, fmt.Sprintf("%s%s was %s and is now %s", who, where, was, is)
}

func diffEnds(does, what string, f *diffFound, was, is string) string {
	switch {
	case f.was == nil:
		return fmt.Sprintf(" %s %s, where it did not have %s", does, is, what)
	case f.is == nil:
		return fmt.Sprintf(" no longer has %s; it was %s", what, was)
	}
	return fmt.Sprintf(" %s %s", does, diffInstead(is, was))
}

// formulas tells a formula that is another one, or is taken otherwise.
func (w *diffWalk) formulas(f *diffFound, who string, was, is rates.Formula) string {
	exactly := ""
	switch {
	case is.Exact && !was.Exact:
		exactly = "may now come to a fraction that no decimal holds, such as a third"
	case was.Exact && !is.Exact:
		exactly = "may no longer come to a fraction that no decimal holds, such as a third"
	}
	if was.Text == is.Text {
		switch f.aspect {
		case diffQuantity:
			who = "the quantity of " + who
		case diffBound:
			who = "the end of " + who
		case diffStart:
			who = "the beginning of " + who
		case diffColumn:
			who = "the prices of " + who
		}
		return fmt.Sprintf("%s, computed as %q, %s", who, is.Text, exactly)
	}
	instead := diffInstead(f.measure[1].computed(is.Text), f.measure[0].computed(was.Text))
	text := ""
	switch f.aspect {
	case diffQuantity:
		text = who + " now counts " + instead
	case diffBound:
		text = who + " ends at " + instead
	case diffStart:
		text = who + " begins above " + instead
	case diffColumn:
		text = "prices of the tiers of " + who + " are now computed as " + instead
	default:
		text = who + " is now computed as " + instead
	}
	if exactly != "" {
		text += ", and " + exactly
	}
	return text
}

// diffMoves tells a number that rises or falls; not where it counts something else now.
func diffMoves(f *diffFound) (DifferenceKind, string, bool) {
	was, is, ok := diffNumbersOf(f)
	if !ok {
		return 0, "", false
	}
	before, after := f.measure[0], f.measure[1]
	kind, verb, change := Raised, "rises", is.Sub(was)
	if change.Sign() < 0 {
		kind, verb = Lowered, "falls"
	}
	by := diffSigned(change, before.change(change.Abs()))
	if percent, ok := diffPercent(was, is); ok && before.counts != diffPercents {
		by += ", " + diffSigned(change, diffPercentText(percent.Abs()))
	}
	return kind, fmt.Sprintf("%s from %s to %s (%s)", verb, before.bare(was), after.bare(is)+after.behind(is.Equal(exact.Int(1))), by), true
}

// diffNumbersOf is the numbers of a part that was and is one, counting the same.
func diffNumbersOf(f *diffFound) (was, is exact.Ratio, ok bool) {
	a, before := f.was.(rates.Number)
	b, after := f.is.(rates.Number)
	if !before || !after || f.measure[0] != f.measure[1] || f.told != "" {
		return was, is, false
	}
	was, fits := diffRatio(a)
	is, too := diffRatio(b)
	return was, is, fits && too
}

// change is a change of a number; of percentages it is in points.
func (m diffMeasure) change(by exact.Ratio) string {
	if m.counts == diffPercents {
		if by.Abs().Equal(exact.Int(1)) {
			return diffShown(by) + " percentage point"
		}
		return diffShown(by) + " percentage points"
	}
	return m.bare(by)
}

// who is what a sentence is of, and where of it.
func (w *diffWalk) who(f *diffFound) (who, where string) {
	who = w.name
	var rows []string
	for _, p := range f.at {
		switch {
		case p.item > 0:
			who = fmt.Sprintf("item %d of %s", p.item, who)
		case p.tier > 0 && (f.aspect == diffBound || f.aspect == diffStart):
			who = fmt.Sprintf("tier %d of %s", p.tier, who)
		case p.tier > 0:
			who = fmt.Sprintf("%s in tier %d", who, p.tier)
		default:
			rows = append(rows, p.row(diffPlain))
		}
	}
	if len(rows) > 0 {
		where = " for " + diffAnd(rows)
	}
	return who, where
}

// row is the row of a table: "meter size 3/4".
func (p diffPlace) row(level diffLevel) string {
	if p.other {
		return "any other " + diffAnd(level.names(p.by))
	}
	return diffKeyWords(level, p.by, p.key)
}

// alike tells in one sentence that all amounts rise or fall by the same amount or percentage;
// false where they do not.
func (w *diffWalk) alike() (text string, kind DifferenceKind, ok bool) {
	var parts []*diffFound
	for i := range w.found {
		if w.found[i].aspect == diffItself {
			parts = append(parts, &w.found[i])
		}
	}
	if w.kept || len(parts) < 2 {
		return "", 0, false
	}
	var by, percent exact.Ratio
	sameBy, samePercent := true, true
	said := make([]string, len(parts))
	for i, f := range parts {
		was, is, ok := diffNumbersOf(f)
		if !ok || f.measure != parts[0].measure {
			return "", 0, false
		}
		change := is.Sub(was)
		part, any := diffPercent(was, is)
		if i == 0 {
			by, percent = change, part
		}
		sameBy = sameBy && change.Equal(by)
		samePercent = samePercent && any && !part.IsZero() && part.Equal(percent) && f.measure[0].counts != diffPercents
		said[i] = fmt.Sprintf("%s to %s %s", f.measure[0].bare(was), f.measure[1].bare(is), diffShort(f.at))
	}
	var how []string
	if sameBy {
		change := parts[0].measure[0].change(by.Abs())
		if parts[0].measure[0].counts == diffPrices {
			change += parts[0].measure[0].behind(false)
		}
		how = append(how, change)
	}
	if samePercent {
		how = append(how, diffPercentText(percent.Abs()))
	}
	if len(how) == 0 {
		return "", 0, false
	}
	kind, verb := Raised, "rises"
	if by.Sign() < 0 {
		kind, verb = Lowered, "falls"
	}
	return diffCapital(fmt.Sprintf("%s %s by %s%s (%s)", w.name, verb, diffOr(how), diffEvery(parts), strings.Join(said, ", "))), kind, true
}

// diffShort is where a part is, without the names that are said once for all.
func diffShort(at []diffPlace) string {
	var tier string
	var keys []string
	for _, p := range at {
		switch {
		case p.tier > 0:
			tier = fmt.Sprintf("in tier %d ", p.tier)
		case p.item > 0:
			keys = append(keys, fmt.Sprintf("item %d", p.item))
		case p.other:
			keys = append(keys, "any other")
		default:
			keys = append(keys, diffPlain.texts(p.key)...)
		}
	}
	if len(keys) > 0 {
		return tier + "for " + diffAnd(keys)
	}
	return strings.TrimSuffix(tier, " ")
}

// diffEvery says for what all parts change alike.
func diffEvery(parts []*diffFound) string {
	names := diffNamesOf(parts[0].at)
	for _, f := range parts[1:] {
		if !slices.Equal(names, diffNamesOf(f.at)) {
			return " everywhere"
		}
	}
	tiers := slices.Contains(names, "")
	names = slices.DeleteFunc(names, func(name string) bool { return name == "" })
	said := ""
	if tiers {
		said = " in every tier"
	}
	if len(names) > 0 {
		said += " for every " + diffAnd(names)
	}
	return said
}

// diffNamesOf is what a part is looked up by; a tier has no name.
func diffNamesOf(at []diffPlace) []string {
	var names []string
	for _, p := range at {
		switch {
		case p.tier > 0:
			names = append(names, "")
		case p.item > 0:
			names = append(names, "item")
		default:
			names = append(names, diffPlain.names(p.by)...)
		}
	}
	return names
}
