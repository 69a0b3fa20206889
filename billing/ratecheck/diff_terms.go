package ratecheck

import (
	"fmt"
	"strings"

	"github.com/headgate-dev/headgate/billing/rates"
)

// terms compares what is stated of a charge beside its rule: how it is printed, and to whom
// and when it applies.
func (r *ratesDiffer) terms(name string, was, is *rates.Charge) {
	if was.Text != is.Text {
		if before, after := diffChargeName(was), diffChargeName(is); before == after {
			r.say(Altered, fmt.Sprintf("%s is printed as before; that is its %s", name, diffInstead(diffTextOrID(is), diffTextOrID(was))))
		} else {
			r.say(Altered, fmt.Sprintf("The charge %s is printed as %s", is.ID, diffInstead(diffText(after), diffText(before))))
		}
	}
	if was.Service != is.Service {
		r.say(Altered, fmt.Sprintf("%s now belongs to %s", name, diffInstead(diffServiceWords(is.Service), diffServiceWords(was.Service))))
	}
	if was.Per != is.Per {
		r.say(Altered, fmt.Sprintf("%s is now made %s", name, diffInstead(diffPerWords(is.Per), diffPerWords(was.Per))))
	}
	if !diffSameConditions(was.Meters, is.Meters) {
		before, after := diffApart(func(level diffLevel) (string, string) {
			return diffMetersWords(was.Meters, level), diffMetersWords(is.Meters, level)
		})
		r.say(Altered, fmt.Sprintf("%s now counts %s", name, diffInstead(after, before)))
	}
	if !diffSameConditions(was.When, is.When) {
		before, after := diffApart(func(level diffLevel) (string, string) {
			return diffWhenWords(was.When, level), diffWhenWords(is.When, level)
		})
		r.say(Altered, fmt.Sprintf("%s now applies %s", name, diffInstead(after, before)))
	}
	if was.Season != is.Season {
		r.say(Altered, fmt.Sprintf("%s now applies %s", name, diffInstead(diffInSeason(is.Season), diffInSeason(was.Season))))
	}
	switch {
	case is.Memo && !was.Memo:
		r.say(Altered, name+" is now shown for information alone, instead of being part of the total")
	case was.Memo && !is.Memo:
		r.say(Altered, name+" is now part of the total, instead of being shown for information alone")
	}
}

func diffTextOrID(c *rates.Charge) string {
	if c.Text == "" {
		return "ID"
	}
	return "text"
}

func diffServiceWords(service string) string {
	if service == "" {
		return "no service"
	}
	return "the service " + service
}

func diffPerWords(p rates.Per) string {
	switch p {
	case 0:
		return "without a rule for several meters"
	case rates.PerMeter:
		return "for each meter"
	case rates.PerAccount:
		return "once for the account"
	}
	return fmt.Sprintf("by %s", p)
}

func diffMetersWords(meters []rates.Condition, level diffLevel) string {
	if len(meters) == 0 {
		return "all meters"
	}
	return "the meters of which " + diffConditions(meters, level)
}

func diffWhenWords(when []rates.Condition, level diffLevel) string {
	if len(when) == 0 {
		return "everywhere"
	}
	return "where " + diffConditions(when, level)
}

func diffConditions(all []rates.Condition, level diffLevel) string {
	said := make([]string, len(all))
	for i, c := range all {
		said[i] = level.name(c.Fact) + " is " + diffOr(level.texts(c.In))
	}
	return diffAnd(said)
}

func diffInSeason(season string) string {
	if season == "" {
		return "all the year"
	}
	return "in season " + season
}

// diffLimits is to whom and when a charge applies, where it does not always apply.
func diffLimits(c *rates.Charge) string {
	var b strings.Builder
	if len(c.When) > 0 {
		b.WriteString(", " + diffWhenWords(c.When, diffPlain))
	}
	if c.Season != "" {
		b.WriteString(", " + diffInSeason(c.Season))
	}
	if c.Per != 0 {
		b.WriteString(", " + diffPerWords(c.Per))
	}
	if len(c.Meters) > 0 {
		b.WriteString(", of " + diffMetersWords(c.Meters, diffPlain))
	}
	if c.Memo {
		b.WriteString(", for information alone")
	}
	return b.String()
}
