package approval

import (
	"fmt"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
)

// within says under which role a subject may be approved on an authority, or what is in the way in each.
func (m *Matrix) within(a authority, s subject, day civil.Date, h *History) (string, error) {
	var found problem.List
	role := ""
	for _, i := range a.limits {
		limit := m.policy.Limits[i]
		b := bounded{Bounds: limit.Bounds, path: fmt.Sprintf("limits[%d].bounds", i), who: fmt.Sprintf("the role %q", limit.Role)}
		e := b.room(a, s, day, m, h)
		if e == nil {
			role = limit.Role
			break
		}
		found.Add(e)
	}
	if role == "" {
		return "", found.Err()
	}
	if a.delegate.IsZero() {
		return role, nil
	}
	b := bounded{
		Bounds: m.policy.Delegations[a.by].Bounds, path: fmt.Sprintf("delegations[%d].bounds", a.by), who: "the delegate", only: a.delegate,
	}
	if e := b.room(a, s, day, m, h); e != nil {
		return "", e
	}
	return role, nil
}

// bounded is bounds with where they stand and whom they bind.
type bounded struct {
	Bounds
	path, who string
	only      Person // whose approvals count; everyone's where it is nobody
}

// room tells what of a subject is beyond the bounds; nil where nothing is.
func (b bounded) room(a authority, s subject, day civil.Date, m *Matrix, h *History) *problem.Error {
	const fix = "have it decided by a person with room for it, or wait for the next window; a request is not split to fit"
	if !b.PerProposal.allows(s.total) {
		return &problem.Error{Code: ErrLimit, Path: b.path + ".per_proposal", Fix: fix,
			What: fmt.Sprintf("%s may approve %s of the kind %q in one proposal; this one has %s at stake", b.who, b.PerProposal, s.kind, s.total)}
	}
	if b.PerAccount.endless {
		return nil
	}
	what, others := "", 0
	for _, stake := range s.byAccount {
		used, err := b.used(account{a.person, s.kind, stake.Account, b.only}, day, m, h)
		var sum money.Amount
		if err == nil {
			sum, err = used.Add(stake.Amount)
		}
		switch {
		case err != nil:
			return overflow(b.path+".per_account", err)
		case b.PerAccount.allows(sum):
		case what != "":
			others++
		default:
			what = fmt.Sprintf("%s may approve %s of the kind %q in one account within %s; %s has %s approved, and this proposal adds %s",
				b.who, b.PerAccount, s.kind, b.Window, stake.Account, used, stake.Amount)
		}
	}
	if what == "" {
		return nil
	}
	if others > 0 {
		what += fmt.Sprintf(" (accounts beyond it besides: %d)", others)
	}
	return &problem.Error{Code: ErrLimit, Path: b.path + ".per_account", What: what, Fix: fix}
}

func (b bounded) used(key account, day civil.Date, m *Matrix, h *History) (money.Amount, error) {
	all := h.used[key]
	if all == nil {
		return money.Amount{}, nil
	}
	return b.Window.heaviest(day, all, m.policy.Location)
}
