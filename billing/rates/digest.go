package rates

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
)

// A Digest identifies a book: the SHA-256 of its canonical form.
type Digest [sha256.Size]byte

// digest is taken over the book as an explicit sequence of kinds, lengths and
// texts, so that no two books that differ in a word that prices or explains have
// the same. File positions are left out: where a book stands changes nothing.
func digest(b *Book) Digest {
	var c canonical
	c.str("headgate.rates.book.1", b.Name)
	c.count(len(b.Schedules))
	for i := range b.Schedules {
		c.schedule(&b.Schedules[i])
	}
	return sha256.Sum256(c.buf)
}

// canonical writes the canonical form: every number as eight bytes, every text
// and list behind its length, every choice behind its kind.
type canonical struct{ buf []byte }

func (c *canonical) num(ns ...int) {
	for _, n := range ns {
		c.buf = binary.BigEndian.AppendUint64(c.buf, uint64(int64(n)))
	}
}

func (c *canonical) count(n int) { c.num(n) }

func (c *canonical) str(texts ...string) {
	for _, s := range texts {
		c.num(len(s))
		c.buf = append(c.buf, s...)
	}
}

func (c *canonical) strs(texts []string) {
	c.count(len(texts))
	c.str(texts...)
}

func (c *canonical) flag(bs ...bool) {
	for _, b := range bs {
		if b {
			c.buf = append(c.buf, 1)
		} else {
			c.buf = append(c.buf, 0)
		}
	}
}

func (c *canonical) date(d civil.Date) { c.str(d.String()) }

func (c *canonical) citation(s Citation) { c.str(s.Resolution, s.Section, s.Address) }

func (c *canonical) schedule(s *Schedule) {
	c.str(s.ID, s.Title)
	c.str(s.Unit.String(), s.Rounding.String(), s.Select.String(), s.Usage.String(), s.Seasons.Select.String(), s.Proration.Over.String())
	c.num(s.Proration.Days)
	c.flag(s.Proration.Fixed, s.Proration.Tiers, s.Undated)
	c.count(len(s.Seasons.Starts))
	for _, start := range s.Seasons.Starts {
		c.str(start.Name)
		c.num(int(start.Month), start.Day)
	}
	c.count(len(s.Facts))
	for _, f := range s.Facts {
		c.str(f.Name, f.Type.String(), f.Change.String())
		c.strs(f.Allowed)
		c.flag(f.Range != nil)
		if f.Range != nil {
			c.value(f.Range.Least, f.Range.Most)
			c.flag(f.Range.Whole)
		}
	}
	c.count(len(s.Codes))
	for _, code := range slices.Sorted(maps.Keys(s.Codes)) {
		c.str(string(code), string(s.Codes[code]))
	}
	c.count(len(s.Versions))
	for i := range s.Versions {
		c.version(&s.Versions[i])
	}
}

func (c *canonical) version(v *Version) {
	c.date(v.From)
	c.date(v.To)
	c.citation(v.Source)
	c.count(len(v.Definitions))
	for _, d := range v.Definitions {
		c.str(d.Name, d.Fact)
		c.value(d.Value)
	}
	c.count(len(v.Charges))
	for i := range v.Charges {
		ch := &v.Charges[i]
		c.str(ch.ID, ch.Text, ch.Service, ch.Season, ch.Per.String())
		c.flag(ch.Memo)
		c.conditions(ch.Meters)
		c.conditions(ch.When)
		c.citation(ch.Source)
		c.rule(ch.Rule)
	}
}

func (c *canonical) conditions(all []Condition) {
	c.count(len(all))
	for _, w := range all {
		c.str(w.Fact)
		c.strs(w.In)
	}
}

func (c *canonical) rule(r Rule) {
	switch r := r.(type) {
	case Fixed:
		c.str("fixed")
		c.value(r.Amount)
	case PerUnit:
		c.str("per unit")
		c.value(r.Of, r.Price)
	case Tiered:
		c.value(r)
	case Percent:
		c.str("percent")
		c.value(r.Rate)
		c.strs(r.Of)
	case Minimum:
		c.str("minimum")
		c.value(r.Amount)
		c.strs(r.Of)
	case Credit:
		c.str("credit")
		c.value(r.Amount, r.Percent, r.Cap)
		c.strs(r.Of)
	case Computed:
		c.str("computed")
		c.value(r.Amount)
	default:
		panic(fmt.Sprintf("rates: no such rule: %T", r)) // Compile has refused it
	}
}

func (c *canonical) value(values ...Value) {
	for _, v := range values {
		switch v := v.(type) {
		case nil:
			c.str("none")
		case Number:
			c.str("number", v.String()) // 2.50 and 2.5 are one number
		case Formula:
			c.str("formula", v.Text)
			c.flag(v.Exact)
		case Table:
			c.str("table")
			c.strs(v.By)
			c.count(len(v.Rows))
			for _, row := range v.Rows {
				c.strs(row.Key)
				c.value(row.Value)
			}
			c.value(v.Else)
		case List:
			c.str("list")
			c.count(len(v))
			c.value(v...)
		case Text:
			c.str("text", string(v))
		case Name:
			c.str("name", string(v))
		case Joined:
			c.str("joined", v.With)
			c.strs(v.Names)
		case Tiered:
			c.str("tiered")
			c.value(v.Of)
			c.tiers(v.Tiers)
		case Refuse:
			c.refuse(v)
		default:
			panic(fmt.Sprintf("rates: no such value: %T", v)) // Compile has refused it
		}
	}
}

func (c *canonical) refuse(r Refuse) {
	c.str("refuse")
	c.str(string(r.Code), r.What, r.Fix)
}

func (c *canonical) tiers(t Tiers) {
	switch t := t.(type) {
	case TierList:
		c.str("list")
		c.count(len(t))
		for _, tier := range t {
			c.value(tier.UpTo, tier.Price)
		}
	case TierColumns:
		c.str("columns")
		c.value(t.From, t.Prices)
	default:
		panic(fmt.Sprintf("rates: no such tiers: %T", t)) // Compile has refused it
	}
}
