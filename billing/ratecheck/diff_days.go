package ratecheck

import (
	"fmt"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/rates"
)

// A diffStated is a difference that holds for some days: it is told once for all days that
// follow each other.
type diffStated struct {
	charge string
	kind   DifferenceKind
	text   string
	source rates.Citation
}

// versions compares the rates of a schedule, day by day.
func (d *bookDiffer) versions(was, is *rates.Schedule) {
	if was.Undated && is.Undated && len(was.Versions) == 1 && len(is.Versions) == 1 {
		d.undated(diffSide{schedule: was, version: &was.Versions[0]}, diffSide{schedule: is, version: &is.Versions[0]})
		return
	}
	t := diffTimeline{was: was, is: is}
	for _, days := range diffStretches(was.Versions, is.Versions) {
		t.stretch(days)
	}
	if len(t.found) == 0 && !slices.EqualFunc(was.Versions, is.Versions, diffSameVersion) {
		// They overlap, and do not compile.
		d.say(Altered, "The versions now hold "+diffInstead(diffAllHold(is.Versions), diffAllHold(was.Versions)))
	}
	for _, found := range t.found {
		found.Schedule, found.Title = is.ID, is.Title
		d.found = append(d.found, found)
	}
}

// undated compares schedules that price bills without dates: by what they state, since no day
// says which of them holds.
func (d *bookDiffer) undated(was, is diffSide) {
	if a, b := was.version, is.version; a.From != b.From || a.To != b.To {
		d.say(Altered, "The rates hold "+diffInstead(diffHolds(b), diffHolds(a)))
	}
	for _, s := range diffRates(was, is) {
		d.found = append(d.found, Difference{Schedule: is.schedule.ID, Title: is.schedule.Title, Charge: s.charge, Kind: s.kind, Text: s.text, Source: s.source})
	}
}

func diffHolds(v *rates.Version) string {
	if days := diffDays(v.From, v.To); days != "" {
		return days
	}
	return "on all days"
}

func diffAllHold(versions []rates.Version) string {
	said := make([]string, len(versions))
	for i := range versions {
		said[i] = diffHolds(&versions[i])
	}
	return diffAnd(said)
}

// A diffStretch is days on which no version of either book begins or ends; a zero date leaves
// it open.
type diffStretch struct{ from, to civil.Date }

// diffStretches divides all days.
func diffStretches(was, is []rates.Version) []diffStretch {
	var cuts []civil.Date
	for _, all := range [][]rates.Version{was, is} {
		for i := range all {
			cuts = append(cuts, all[i].From, all[i].To)
		}
	}
	cuts = slices.DeleteFunc(cuts, civil.Date.IsZero)
	slices.SortFunc(cuts, civil.Date.Compare)
	var all []diffStretch
	last := civil.Date{}
	for _, cut := range slices.Compact(cuts) {
		all = append(all, diffStretch{last, cut})
		last = cut
	}
	return append(all, diffStretch{last, civil.Date{}})
}

// on is the version that holds on days; nil where none does.
func (days diffStretch) on(versions []rates.Version) *rates.Version {
	for i := range versions {
		v := &versions[i]
		if !v.From.After(days.from) && (v.To.IsZero() || !days.to.IsZero() && !v.To.Before(days.to)) {
			return v
		}
	}
	return nil
}

// diffTimeline compares the rates of one schedule stretch by stretch.
type diffTimeline struct {
	was, is *rates.Schedule
	found   []Difference
	// Of the days before the stretch in hand: the versions that were compared, what was told,
	// and where that stands in found.
	before, after *rates.Version
	told          []diffStated
	at            []int
}

// stretch compares what holds on days.
func (t *diffTimeline) stretch(days diffStretch) {
	before, after := days.on(t.was.Versions), days.on(t.is.Versions)
	var told []diffStated
	switch {
	case before == nil && after == nil:
	case after == nil:
		told = []diffStated{{kind: Removed, text: "There are no rates for these days, where there were some before", source: before.Source}}
	case before == nil && len(t.was.Versions) == 0:
		told = []diffStated{{kind: Added, text: "There are rates, where there were none: " + diffAnd(diffPrinted(after.Charges)), source: after.Source}}
	case before == nil:
		var note string
		before, note = t.nearest(days)
		told = diffRates(diffSide{schedule: t.was, version: before}, diffSide{schedule: t.is, version: after})
		if len(told) == 0 {
			note += "; they now hold on these days too, unchanged"
		} else {
			note += "; on these days there are new ones, which are compared with those"
		}
		told = append([]diffStated{{kind: Added, text: note, source: after.Source}}, told...)
	default:
		told = diffRates(diffSide{schedule: t.was, version: before}, diffSide{schedule: t.is, version: after})
	}
	t.join(days, told, before, after)
}

// nearest is the version of the book before that stands for days on which it has none: the
// last one that has ended, or else the first that is to begin.
func (t *diffTimeline) nearest(days diffStretch) (v *rates.Version, note string) {
	for i := range t.was.Versions {
		next := &t.was.Versions[i]
		if !next.To.IsZero() && !next.To.After(days.from) && (v == nil || next.To.After(v.To)) {
			v, note = next, fmt.Sprintf("The rates before end on %s", diffLast(next.To))
		}
	}
	if v == nil {
		v = &t.was.Versions[0]
		note = fmt.Sprintf("The rates before begin on %s", v.From)
	}
	return v, note
}

// join adds what is told of days: what was told of the days before goes on.
func (t *diffTimeline) join(days diffStretch, told []diffStated, before, after *rates.Version) {
	at := make([]int, len(told))
	going := slices.Clone(t.told)
	for i, s := range told {
		if j := slices.Index(going, s); j >= 0 {
			at[i], going[j] = t.at[j], diffStated{}
			t.found[at[i]].To = days.to
			continue
		}
		at[i] = len(t.found)
		t.found = append(t.found, Difference{Charge: s.charge, From: days.from, To: days.to, Kind: s.kind, Text: s.text, Source: s.source})
	}
	if t.before != nil && t.after != nil && before != nil && after != nil && slices.Equal(t.told, told) {
		restated := ""
		switch {
		case t.before == before && t.after != after:
			restated = "A new version of the rates begins, which changes nothing"
		case t.before != before && t.after == after:
			restated = "The rates go on, where a new version began before; that changes nothing"
		}
		if restated != "" {
			t.found = append(t.found, Difference{From: days.from, Kind: Altered, Text: restated, Source: after.Source})
		}
	}
	t.before, t.after, t.told, t.at = before, after, told, at
}
