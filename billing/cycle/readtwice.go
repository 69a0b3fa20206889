package cycle

import (
	"cmp"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/internal/say"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/metering"
)

// checkUsages gives the places of the usages by their keys.
func (r Request) checkUsages() (map[string]int, error) {
	var wrong problem.List
	out := make(map[string]int, len(r.Usages))
	for i := range r.Usages {
		key := r.Usages[i].Key()
		if key == "" {
			wrong.Add(&problem.Error{Code: ErrRequest, Path: "usages", What: "one is none", Fix: "give what metering.Review.Billable returns"})
		} else if _, twice := out[key]; twice {
			wrong.Add(&problem.Error{Code: ErrRequest, Path: "usages", What: "usage " + key + " stands there twice", Fix: "give each once, under a key of its own"})
		}
		out[key] = i
	}
	return out, sorted(wrong).Err()
}

// reading is a register on a bill, for some of the days.
type reading struct {
	register
	service int // its place among those of the bills
	part    *metering.Part
}

// checkReadTwice lists readings of one register and day that two agreements are billed by, for one service: water and sewer may be
// billed by one meter, and water not twice. What stands twice on the bills of one agreement are days on two bills, and told as those.
func (w *reviewing) checkReadTwice() {
	first := make(map[register]int, len(w.now))
	var several []reading // those of registers that stand on several services
	of := func(service int, at register) {
		for k := range w.now[service].parts {
			if p := &w.now[service].parts[k]; p.Meter == at.meter && p.Register == at.register {
				several = append(several, reading{at, service, p})
			}
		}
	}
	for i := range w.now {
		for k := range w.now[i].parts {
			p := &w.now[i].parts[k]
			at := register{p.Meter, p.Register}
			if at.meter == "" {
				continue
			}
			switch before, ok := first[at]; {
			case !ok:
				first[at] = i
			case before != i:
				if before >= 0 {
					of(before, at)
					first[at] = -1
				}
				several = append(several, reading{at, i, p})
			}
		}
	}
	service := func(r reading) string { return w.now[r.service].own.Agreement.Service }
	slices.SortFunc(several, func(a, b reading) int {
		return cmp.Or(strings.Compare(a.meter, b.meter), strings.Compare(a.register.register, b.register.register), strings.Compare(service(a), service(b)),
			a.part.Period.From.Compare(b.part.Period.From), a.part.Period.To.Compare(b.part.Period.To), a.service-b.service)
	})
	told := map[[2]int]bool{}
	for i, longest := 1, 0; i < len(several); i++ { // of those before, longest is the one that ends last
		a, b := several[longest], several[i]
		if a.register == b.register && service(a) == service(b) {
			if b.part.Period.From.Before(a.part.Period.To) {
				w.readTwice(a, b, told)
				w.readTwice(b, a, told)
			}
			if !b.part.Period.To.After(a.part.Period.To) {
				continue
			}
		}
		longest = i
	}
}

// readTwice lists a reading that another service is billed by too.
func (w *reviewing) readTwice(r, other reading, told map[[2]int]bool) {
	s, o := &w.now[r.service], &w.now[other.service]
	pair := [2]int{r.service, other.service}
	if s.agreement == o.agreement || told[pair] {
		return
	}
	told[pair] = true
	b := &w.bills[o.bill]
	w.of(s, ReadTwice, r.meter+" "+r.register.register+" "+o.agreement,
		"register {register} of meter {meter} is read for {days}, and bill {bill} of account {account} has it for {other} of the same {service}",
		say.Text("register", r.register.register), say.Text("meter", r.meter), say.Text("days", r.part.Period.String()), say.Text("bill", b.Key()),
		say.Text("account", b.Account()), say.Text("other", other.part.Period.String()), say.Text("service", o.own.Agreement.Service))
}
