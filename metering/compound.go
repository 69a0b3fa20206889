package metering

import (
	"slices"

	"github.com/headgate-dev/headgate/billing/problem"
)

// Side is one register of a compound meter: as it is now, and where its use counts from.
type Side struct {
	From     Baseline
	Register Register
}

// Compound gives the use of a meter with several registers, each on its own dials, zeros, decimals and multiplier, as one
// sum in unit (Infor, MuniBilling). The readings may stand in any order. Where a register has none it is MissingRegister;
// where one has no use, none is known of the meter, and every baseline stays.
//
// Refused with ErrReading are no side at all, two sides of one register, a reading of a register that is no side, two
// readings of one, and baselines of different meters or days. Other errors are those of Between.
func Compound(sides []Side, to []Reading, unit Unit, rule DeltaRule) (Measurement, error) {
	if err := checkSides(sides, to); err != nil {
		return Measurement{}, err
	}
	measured := make([]Measurement, len(sides))
	for i, side := range sides {
		at := slices.IndexFunc(to, func(r Reading) bool { return r.Register == side.Register.ID })
		if at < 0 {
			measured[i] = nothing(side.From).none(verdict(MissingRegister, "register {register} has no reading; the last was {previous} on {day}",
				note("register", side.Register.ID), count("previous", side.From.Digits), note("day", side.From.Day.String())).
				at(side.From.Meter, side.Register.ID))
			continue
		}
		var err error
		if measured[i], err = Between(side.From, side.Register, to[at], rule); err != nil {
			return Measurement{}, err
		}
	}
	return Sum(unit, measured...)
}

// Sum adds the measurements of the registers of one meter, as where each was exchanged, estimated or trued up on its own.
// Where one has no use, none is known of the sum, and every baseline stays. Registers read on different days are BadDate,
// and no use. Re-bills of the same periods are added.
//
// Refused with ErrReading are no measurement at all, those of different meters or first days, and two that begin or end with
// one register, whose use would be billed twice; with ErrRule re-bills of different periods; with ErrUnit units that do not
// convert.
func Sum(unit Unit, registers ...Measurement) (Measurement, error) {
	if len(registers) == 0 {
		return Measurement{}, &problem.Error{Code: ErrReading, Path: "registers", What: "there is no measurement", Fix: "give that of each register"}
	}
	first := registers[0]
	sum := Measurement{known: true, meter: first.meter, from: first.from, unit: unit, source: Actual, guess: true}
	for i, m := range registers {
		if m.meter != first.meter || m.from != first.from || m.from.IsZero() {
			return Measurement{}, &problem.Error{
				Code: ErrReading, Path: "registers", What: "the measurements are of several meters, or begin on several days",
				Fix: "give those of one meter and one period",
			}
		}
		if id, twice := shared(sum, m); twice {
			return Measurement{}, &problem.Error{
				Code: ErrReading, Path: "registers", What: "register " + id + " is measured twice", Fix: "give each register once",
			}
		}
		if i == 0 || sum.period.IsZero() {
			sum.period = m.period
		}
		var err error
		if sum, err = sum.plus(m); err != nil {
			return Measurement{}, err
		}
		if sum, err = sum.rebilling(m); err != nil {
			return Measurement{}, err
		}
		if !m.period.IsZero() && m.period != sum.period {
			sum.known = false
			sum = sum.With(verdict(BadDate, "one register was read on {day}, another on {other}",
				note("day", m.period.To.String()), note("other", sum.period.To.String())).at(m.meter, ""))
		}
	}
	if !sum.known {
		return sum.unknown(), nil
	}
	return sum, nil
}

// shared finds a register that two measurements of a meter begin with, or end with: an exchange may rename one, or make one
// of two.
func shared(a, b Measurement) (id string, found bool) {
	in := func(x, y []Baseline) bool {
		return slices.ContainsFunc(x, func(p Baseline) bool {
			id = p.Register.ID
			return slices.ContainsFunc(y, func(q Baseline) bool { return q.Meter == p.Meter && q.Register.ID == id })
		})
	}
	found = in(a.began, b.began) || in(a.baselines, b.baselines)
	return id, found
}

// plus adds the use of a further register, or of a further meter of the same service.
func (m Measurement) plus(part Measurement) (Measurement, error) {
	m = m.With(part.verdicts...).readBy(part.readers...)
	m.guess = m.guess && part.guess
	m.shown = m.shown || part.shown
	m.through = append(slices.Clone(m.through), part.through...)
	m.as = append(slices.Clone(m.as), part.as...)
	m.baselines, m.began = append(m.Baselines(), part.baselines...), append(slices.Clone(m.began), part.began...)
	if part.source == Estimated || m.source == Actual && part.source == Customer {
		m.source = part.source
	}
	if !part.known {
		m.known = false
		return m, nil
	}
	total, err := addIn(m.total, part.total, part.unit, m.unit)
	if err != nil {
		return Measurement{}, err
	}
	m.total, m.parts = total, append(m.Parts(), part.parts...)
	return m, nil
}

// rebilling adds the re-bills of a further register, in the sum's unit. Their digits are no sum: registers count differently.
func (m Measurement) rebilling(part Measurement) (Measurement, error) {
	if len(part.rebills) == 0 {
		return m, nil
	}
	list := m.Rebills()
	if len(list) == 0 {
		for _, again := range part.rebills {
			list = append(list, Rebill{Period: again.Period})
		}
	}
	if !slices.EqualFunc(list, part.rebills, func(a, b Rebill) bool { return a.Period == b.Period }) {
		return Measurement{}, &problem.Error{
			Code: ErrRule, Path: "registers", What: "the registers were estimated for different periods", Fix: "true all registers up over the same periods",
		}
	}
	for i, again := range part.rebills {
		var err error
		if list[i].Use, err = addIn(list[i].Use, again.Use, part.unit, m.unit); err != nil {
			return Measurement{}, err
		}
		if list[i].Billed, err = addIn(list[i].Billed, again.Billed, part.unit, m.unit); err != nil {
			return Measurement{}, err
		}
	}
	m.rebills = list
	return m, nil
}

func checkSides(sides []Side, to []Reading) error {
	refuse := func(path, what, fix string) error {
		return &problem.Error{Code: ErrReading, Path: path, What: what, Fix: fix}
	}
	if len(sides) == 0 {
		return refuse("sides", "the meter has no register", "give each register with its baseline")
	}
	seen := map[string]bool{}
	for _, side := range sides {
		if seen[side.Register.ID] {
			return refuse("sides", "register "+side.Register.ID+" stands there twice", "give each register once")
		}
		seen[side.Register.ID] = true
	}
	read := map[string]bool{}
	for _, r := range to {
		if !seen[r.Register] {
			return refuse("to", "register "+r.Register+" is none of the meter's", "correct the register's id, or the meter's registers")
		}
		if read[r.Register] {
			return refuse("to", "register "+r.Register+" has two readings", "drop the duplicate first, see Distinct")
		}
		read[r.Register] = true
	}
	return nil
}
