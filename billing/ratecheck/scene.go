package ratecheck

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/rates"
	"github.com/headgate-dev/headgate/metering"
)

// A scene is an account and its days, to be billed at several usages.
type scene struct {
	in   rates.Input // without usage
	unit metering.Unit
	// usages rise.
	usages []exact.Number
	// bounds are the usages at which the cost of a unit changes, as far as they are found.
	bounds []exact.Ratio
}

// at is the scene's bill at a usage. An account of two meters uses it on the first.
func (sc *scene) at(usage exact.Number) rates.Input {
	in := sc.in
	v, err := metering.NewVolume(usage, sc.unit)
	if err != nil {
		return in // a schedule has a unit
	}
	if len(in.Meters) > 0 {
		in.Meters = slices.Clone(in.Meters)
		in.Meters[0].Usage = v
		return in
	}
	in.Usage = v
	return in
}

// most are the most of each that are drawn from a book, which bounds the work for large ones.
const (
	mostFacts  = 120 // accounts that differ in their facts
	mostDays   = 60  // periods
	mostUsages = 60  // usages of an account
	fewUsages  = 16  // of one that is not the first in its days
	mostScenes = 300 // of a schedule
)

// scenes are bills that a schedule's own words suggest: every value that its facts may have or
// that its tables and conditions know, one at a time and as they stand together in a row; bills
// in the middle of each version and season, at both sides of their bounds and across them; and
// usages at and around the bounds of tiers and of the numbers in formulas. The simplest come
// first. Bills of one's own come before them. With refused, there are also such that have no price:
// days outside of the rates, numbers outside of their range.
func scenes(engine *rates.Engine, s *rates.Schedule, own []rates.Input, refused bool) []scene {
	d := &drafter{engine: engine, s: s, refused: refused}
	return d.scenes(own)
}

func (d *drafter) scenes(own []rates.Input) []scene {
	s := d.s
	values, rows := d.values()
	periods := d.periods()
	var all []scene
	seen := map[string]int{}
	add := func(in rates.Input, own ...exact.Number) {
		key := sceneKey(&in)
		at, ok := seen[key]
		if !ok && len(all) < mostScenes {
			most := fewUsages
			if len(all) == 0 || !slices.ContainsFunc(all, func(sc scene) bool { return sc.in.Period == in.Period }) {
				most = mostUsages
			}
			if sc := (scene{in: in, unit: s.Unit}); d.measure(&sc, most) || len(own) > 0 {
				at, ok = len(all), true
				seen[key] = at
				all = append(all, sc)
			}
		}
		for _, usage := range own {
			if i, has := 0, ok; has && len(all[at].usages) < mostScenes {
				if i, has = slices.BinarySearchFunc(all[at].usages, usage, exact.Number.Cmp); !has {
					all[at].usages = slices.Insert(all[at].usages, i, usage)
				}
			}
		}
	}
	for _, in := range own {
		if in.Schedule != s.ID {
			continue
		}
		used := in.Usage
		if len(in.Meters) > 0 {
			used = in.Meters[0].Usage
		}
		in.Usage = metering.Volume{}
		if r, err := used.In(s.Unit); err != nil {
			add(in) // none, or in units that are not the schedule's
		} else if n, ok := numberOf(r); ok {
			add(in, n)
		} else {
			add(in)
		}
	}
	accounts := d.accounts(periods[0], values, rows)
	for i, facts := range accounts {
		in := periods[0]
		in.Facts = facts
		add(in)
		if i == 0 {
			for _, in := range periods[1:] {
				in.Facts = facts
				add(in)
			}
		}
	}
	if len(accounts) > 0 {
		for _, in := range d.meters(periods[0], accounts[0]) {
			add(in)
		}
		// Each version and season with other accounts too, as far as there is room.
		for _, in := range periods[1:] {
			for _, facts := range accounts[1:] {
				in.Facts = facts
				add(in)
			}
		}
	}
	return all
}

// sceneKey tells scenes apart.
func sceneKey(in *rates.Input) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s|%s|%d|%s", in.Period, in.BillDate, in.CycleDays, in.Carried)
	write := func(facts rates.Facts) {
		for _, name := range slices.Sorted(maps.Keys(facts)) {
			b.WriteString("|" + name + "=" + facts[name])
		}
	}
	write(in.Facts)
	for _, c := range in.Changes {
		b.WriteString("|" + c.On.String() + c.Fact + "=" + c.Value)
	}
	for i := range in.Meters {
		b.WriteString("|meter " + in.Meters[i].ID)
		if i > 0 { // the first is billed at several usages
			b.WriteString(" " + in.Meters[i].Usage.String())
		}
		write(in.Meters[i].Facts)
	}
	return b.String()
}
