package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/collections"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
	"github.com/headgate-dev/headgate/metering"
)

// ErrOrders is a list of work orders that lacks something, or is given something twice.
const ErrOrders problem.Code = "E_REPORT_ORDERS"

// Work is what a crew is sent for.
type Work string

// The kinds of work.
const (
	ShutOffWork    Work = "shut_off"
	TurnOnWork     Work = "turn_on"
	ReReadWork     Work = "re_read"
	MeterCheckWork Work = "meter_check"
	LeakCheckWork  Work = "leak_check"
	FieldWork      Work = "field_work" // an order of a review that was canceled: its log does not keep which of the last three it was
)

// WorkSite is where a service of an account is: a shutoff valve and a meter.
type WorkSite struct{ Account, Agreement, Premise, Meter string }

// Reconnection is an account whose service is to be turned on again.
type Reconnection struct {
	// Key is its own, as of the event of the reconnection and of its fee.
	Key string
	// Off is the event of the shutoff that it ends.
	Off collections.Event
	// Day is the day of the work, NotBefore the first instant of it, and When in which hours.
	Day       civil.Date
	NotBefore time.Time
	When      collections.Hour
	// Why says what has ended the shutoff, such as "paid in full": stored and reported, no names, addresses or bank data.
	Why string
}

// FieldReview is the review of a reading of an account, with the order that is out and those that were canceled.
type FieldReview struct {
	Account string
	Review  metering.Review
	// Day is the day of the work, and NotBefore the first instant of it where there is one.
	Day       civil.Date
	NotBefore time.Time
}

// OrderRequest is what work orders are made of. The order of its lists, but for Route, has no effect.
type OrderRequest struct {
	// Dispatches are those of approved shutoff lists, as collections.Ladder.Dispatch gives them.
	Dispatches    []collections.Dispatch
	Reconnections []Reconnection
	Reviews       []FieldReview
	// Sites are all places of the accounts: of a shutoff each one whose water is shut off, and of a reading that of its meter.
	Sites []WorkSite
	// Route are premises in the order in which they are visited.
	Route []string
}

// OrderRow is a work order.
type OrderRow struct {
	// ID is made of Key, of the account and, where each service of an account has an order of its own, of the work and the agreement;
	// of premise and meter only where the agreement has more sites than one. The same order has the same id each time, also when it is
	// pulled, and when its meter was exchanged or its premise has another code since.
	ID stored.ID
	// Key is that of the list with the account, of the reconnection, or of the review with the number of its order.
	Key                                string
	Work                               Work
	Account, Agreement, Premise, Meter string
	// Stop is the place on the route, from 1; 0 for a premise that is not on it.
	Stop int
	// Day is the day of the work, and NotBefore the first instant of it; no instant where none is stated.
	Day       civil.Date
	NotBefore time.Time
	// Task is what to do, and Why what it rests on. They hold no amounts: the crew needs none.
	Task, Why string
	// Pulled says why the order is not to be carried out any more; empty where it is.
	Pulled string
}

// WorkCount is how many orders there are of a kind.
type WorkCount struct {
	Work         Work
	Open, Pulled int
}

// Orders are work orders in the order of the route.
type Orders struct {
	// Open are those to carry out: by day, then along the route, then what is not on it by premise.
	Open []OrderRow
	// Pulled are those that were given out before, or approved, and are not to be carried out. A crew that has one at hand is told.
	Pulled []OrderRow
	Counts []WorkCount // in the order of the kinds
	Left   []Left
}

// WorkOrders makes the orders for the field. Errors, all that are found: [ErrOrders] for a dispatch of another list than shutoffs, an
// account or meter without a site, a reconnection of what is no shutoff, and what is given twice: an order, a second reconnection of one
// shutoff, and a second open shutoff at one site, as where an account is on two approved lists.
func WorkOrders(r OrderRequest) (Orders, error) {
	o := ordering{r: r, sites: map[string][]WorkSite{}, stops: map[string]int{}, seen: map[stored.ID]bool{}, ended: map[stored.ID]string{}, off: map[WorkSite]string{}}
	o.places()
	for i, d := range r.Dispatches {
		o.dispatch(fmt.Sprintf("dispatches[%d]", i), d)
	}
	for i, c := range r.Reconnections {
		o.reconnection(fmt.Sprintf("reconnections[%d]", i), c)
	}
	for i, f := range r.Reviews {
		o.review(fmt.Sprintf("reviews[%d]", i), f)
	}
	if err := o.found.Err(); err != nil {
		return Orders{}, err
	}
	return o.orders(), nil
}

// ordering makes Orders.
type ordering struct {
	r       OrderRequest
	found   problem.List
	sites   map[string][]WorkSite
	stops   map[string]int
	rows    []OrderRow
	seen    map[stored.ID]bool
	ended   map[stored.ID]string // by the event of a shutoff, the key of the reconnection that ends it
	off     map[WorkSite]string  // by site, the key of the shutoff that is open
	nothing int                  // reviews without an order
}

func (o *ordering) refuse(path, what, fix string) {
	o.found.Add(&problem.Error{Code: ErrOrders, Path: path, What: what, Fix: fix})
}

// places takes the sites and the route.
func (o *ordering) places() {
	seen := map[WorkSite]bool{}
	for i, s := range o.r.Sites {
		path := fmt.Sprintf("sites[%d]", i)
		switch {
		case s.Account == "" || s.Agreement == "" || s.Premise == "":
			o.refuse(path, "a site without its account, agreement or premise", "give all three")
		case seen[s]:
			o.refuse(path, fmt.Sprintf("the site of agreement %s is given twice", s.Agreement), "give each site once")
		}
		seen[s] = true
		o.sites[s.Account] = append(o.sites[s.Account], s)
	}
	for i, premise := range o.r.Route {
		if o.stops[premise] != 0 {
			o.refuse(fmt.Sprintf("route[%d]", i), fmt.Sprintf("the premise %s is on the route twice", premise), "name it once")
			continue
		}
		o.stops[premise] = i + 1
	}
}

// row adds an order at a site.
func (o *ordering) row(path string, row OrderRow, at WorkSite, each bool) {
	row.Account, row.Agreement, row.Premise, row.Meter, row.Stop = at.Account, at.Agreement, at.Premise, at.Meter, o.stops[at.Premise]
	content := stored.AppendText(nil, at.Account)
	if each { // site has an order of its own
		parts := []string{string(row.Work), at.Agreement}
		if o.sitesOf(at) > 1 {
			parts = append(parts, at.Premise, at.Meter)
		}
		for _, text := range parts {
			content = stored.AppendText(content, text)
		}
	}
	row.ID = stored.NewID("work_order", stored.ID{}, row.Key, content)
	if o.seen[row.ID] {
		o.refuse(path, fmt.Sprintf("the order %s (%s) at agreement %s is given twice", row.Key, row.Work, at.Agreement), "give each once")
		return
	}
	o.seen[row.ID] = true
	o.rows = append(o.rows, row)
	if row.Work != ShutOffWork || row.Pulled != "" {
		return
	}
	if was, open := o.off[at]; open {
		o.refuse(path, fmt.Sprintf("agreement %s is to be shut off by %s already, and by %s again", at.Agreement, min(was, row.Key), max(was, row.Key)),
			"pull the account from one of the lists: one crew shuts it off")
	}
	o.off[at] = row.Key
}

// sitesOf is how many sites the agreement of a site has.
func (o *ordering) sitesOf(at WorkSite) int {
	n := 0
	for _, s := range o.sites[at.Account] {
		if s.Agreement == at.Agreement {
			n++
		}
	}
	return n
}

// everywhere adds an order at each site of an account.
func (o *ordering) everywhere(path, account string, row OrderRow) {
	if len(o.sites[account]) == 0 {
		o.refuse(path, fmt.Sprintf("no site of account %s is given", account), "give the places where its service is shut off and turned on")
	}
	for _, at := range o.sites[account] {
		r := row
		r.Task = strings.ReplaceAll(row.Task, "{meter}", meterWords(at.Meter))
		o.row(path, r, at, true)
	}
}

func meterWords(meter string) string {
	if meter == "" {
		return ""
	}
	return " at meter " + meter
}

// dispatch adds what of an approved list goes, and what was pulled.
func (o *ordering) dispatch(path string, d collections.Dispatch) {
	switch {
	case d.List.Kind != collections.Shutoffs:
		o.refuse(path, fmt.Sprintf("the list %q is of %q", d.List.Key, string(d.List.Kind)), "give the dispatch of an approved list of shutoffs")
		return
	case d.ApprovedBy.IsZero():
		o.refuse(path, fmt.Sprintf("nobody has approved the list %q", d.List.Key), "give what Ladder.Dispatch returned")
		return
	}
	order := func(r collections.Row) OrderRow {
		return OrderRow{Key: d.List.Key + " " + r.Account, Work: ShutOffWork, Day: d.List.Day, NotBefore: r.NotBefore,
			Task: "shut the water off{meter}, and record the shutoff with its day, time and person",
			Why:  fmt.Sprintf("on the list %s, approved by %s, for the debt due %s", d.List.Key, d.ApprovedBy, r.Due)}
	}
	approved := map[string]collections.Row{}
	for _, r := range d.List.Rows {
		approved[r.Account] = r
	}
	for i, r := range d.Go {
		at := fmt.Sprintf("%s.go[%d]", path, i)
		if was := approved[r.Account]; was.Due != r.Due || was.Amount != r.Amount || !was.NotBefore.Equal(r.NotBefore) {
			o.refuse(at, fmt.Sprintf("the account %s is not so on the list %s that was approved", r.Account, d.List.Key), "give what Ladder.Dispatch returned")
			continue
		}
		o.everywhere(at, r.Account, order(r))
	}
	for i, left := range d.Pulled {
		at := fmt.Sprintf("%s.pulled[%d]", path, i)
		was, on := approved[left.Account]
		if !on {
			o.refuse(at, fmt.Sprintf("the account %s is not on the list %s that was approved", left.Account, d.List.Key), "give what Ladder.Dispatch returned")
			continue
		}
		row := order(was)
		row.Pulled = reasonsOf(left)
		o.everywhere(at, left.Account, row)
	}
}

// reasonsOf are why an account is on no list any more.
func reasonsOf(left collections.Left) string {
	var codes []string
	for _, r := range left.Reasons {
		codes = append(codes, string(r.Code)) // the words may tell amounts, which a crew does not need
	}
	return cmp.Or(strings.Join(codes, "; "), "not on the list any more")
}

// reconnection adds an order to turn service on again.
func (o *ordering) reconnection(path string, c Reconnection) {
	switch {
	case c.Key == "" || strings.TrimSpace(c.Why) == "" || c.Day.IsZero():
		o.refuse(path, "a reconnection without a key, a day or why", "give all three")
	case c.Off.Check() != nil || c.Off.Step != collections.ShutOff:
		o.refuse(path, fmt.Sprintf("the reconnection %s is of the event %q, which is no shutoff", c.Key, c.Off.Key),
			"give the event of the shutoff that it ends")
	case c.Day.Before(c.Off.Day):
		o.refuse(path, fmt.Sprintf("the reconnection %s is on %s, and service was shut off on %s", c.Key, c.Day, c.Off.Day), "give the day of the work")
	case c.When != collections.InHours && c.When != collections.AfterHours:
		o.refuse(path, fmt.Sprintf("the reconnection %s does not say in which hours", c.Key), "give in hours or after hours: the fee depends on it")
	case o.ended[c.Off.ID()] != "":
		first, again := min(o.ended[c.Off.ID()], c.Key), max(o.ended[c.Off.ID()], c.Key)
		o.refuse(path, fmt.Sprintf("the shutoff %s is ended by the reconnection %s, and by %s again", c.Off.Key, first, again),
			"give one reconnection of a shutoff")
	default:
		o.ended[c.Off.ID()] = c.Key
		words := "in hours"
		if c.When == collections.AfterHours {
			words = "after hours"
		}
		o.everywhere(path, c.Off.Account, OrderRow{Key: c.Key, Work: TurnOnWork, Day: c.Day, NotBefore: c.NotBefore,
			Task: "turn the water on again{meter} " + words + ", and record the reconnection with its day, time and person",
			Why:  fmt.Sprintf("shut off on %s (%s); %s", c.Off.Day, c.Off.Key, c.Why)})
	}
}

// review adds the order that is out for a reading, and those that were canceled.
func (o *ordering) review(path string, f FieldReview) {
	key := f.Review.Key()
	if key == "" {
		o.refuse(path, "there is no review", "give the review of the reading as it stands")
		return
	}
	before := len(o.rows)
	if out, pending := f.Review.Pending(); pending {
		row := OrderRow{Key: key + " " + out.ID, Work: workOf(out.Kind, codesOf(out.Exceptions)), Day: f.Day, NotBefore: f.NotBefore, Task: out.Task,
			Why: wordsOf(out.Exceptions)}
		if f.Day.IsZero() {
			o.refuse(path, fmt.Sprintf("the order %s of the review %s has no day", out.ID, key), "give the day of the work")
			return
		}
		o.meter(path, f, out.Meter, row)
	}
	for _, e := range f.Review.Events() {
		if e.Kind == metering.CanceledEvent {
			o.meter(path, f, "", OrderRow{Key: key + " " + e.Order, Work: FieldWork, Day: f.Day, Task: "nothing: the order was canceled",
				Why:    wordsOfCodes(e.Codes),
				Pulled: "canceled by " + e.Step.By.String() + ": " + e.Step.Reason})
		}
	}
	if len(o.rows) == before {
		o.nothing++
	}
}

// meter adds an order at the site of a meter. The log of a canceled one does not name the meter: it is that of the readings, or the
// account's only one, or the account alone is told.
func (o *ordering) meter(path string, f FieldReview, meter string, row OrderRow) {
	read := func(s WorkSite) bool {
		return slices.ContainsFunc(f.Review.Measurement().Parts(), func(p metering.Part) bool { return p.Meter == s.Meter })
	}
	sites := o.sites[f.Account]
	var at []WorkSite
	for _, s := range sites {
		if meter != "" && s.Meter == meter || meter == "" && (len(sites) == 1 || read(s)) {
			at = append(at, s)
		}
	}
	switch {
	case len(at) == 0 && row.Pulled != "":
		at = []WorkSite{{Account: f.Account}}
	case len(at) == 0:
		o.refuse(path, fmt.Sprintf("no site of account %s has the meter %q of the order %s", f.Account, meter, row.Key), "give the site of the meter")
		return
	}
	slices.SortFunc(at, compareSites) // a meter may be of two agreements: one visit does
	o.row(path, row, at[0], false)
}

func compareSites(a, b WorkSite) int {
	return cmp.Or(cmp.Compare(a.Premise, b.Premise), cmp.Compare(a.Account, b.Account), cmp.Compare(a.Agreement, b.Agreement), cmp.Compare(a.Meter,
		b.Meter))
}

// workOf is the work of an order: a leak is looked for where a check has found one.
func workOf(kind metering.OrderKind, codes []metering.Code) Work {
	leak := func(c metering.Code) bool { return c == metering.Leak || c == metering.ContinuousFlow }
	switch {
	case kind == metering.ReReadOrder:
		return ReReadWork
	case slices.ContainsFunc(codes, leak):
		return LeakCheckWork
	}
	return MeterCheckWork
}

func codesOf(exceptions []metering.Exception) []metering.Code {
	var out []metering.Code
	for _, e := range exceptions {
		out = append(out, e.Code)
	}
	return out
}

// wordsOf are the words of exceptions, which hold no names.
func wordsOf(exceptions []metering.Exception) string {
	var out []string
	for _, e := range exceptions {
		out = append(out, string(e.Code)+": "+e.Words)
	}
	return strings.Join(out, "; ")
}

func wordsOfCodes(codes []metering.Code) string {
	var out []string
	for _, c := range codes {
		out = append(out, string(c))
	}
	return strings.Join(out, "; ")
}

// orders puts the rows in their order.
func (o *ordering) orders() Orders {
	var out Orders
	slices.SortFunc(o.rows, func(a, b OrderRow) int {
		last := func(r OrderRow) int {
			if r.Stop == 0 {
				return len(o.r.Route) + 1
			}
			return r.Stop
		}
		return cmp.Or(a.Day.Compare(b.Day), cmp.Compare(last(a), last(b)), cmp.Compare(a.Premise, b.Premise), cmp.Compare(a.Account, b.Account),
			cmp.Compare(a.Agreement, b.Agreement),
			cmp.Compare(a.Work, b.Work), cmp.Compare(a.Key, b.Key), a.ID.Compare(b.ID))
	})
	counts, lost := map[Work]*WorkCount{}, 0
	for _, r := range o.rows {
		if counts[r.Work] == nil {
			counts[r.Work] = &WorkCount{Work: r.Work}
		}
		if r.Pulled != "" {
			counts[r.Work].Pulled++
			out.Pulled = append(out.Pulled, r)
			continue
		}
		counts[r.Work].Open++
		out.Open = append(out.Open, r)
		if r.Stop == 0 {
			lost++
		}
	}
	for _, w := range []Work{ShutOffWork, TurnOnWork, ReReadWork, MeterCheckWork, LeakCheckWork, FieldWork} {
		if counts[w] != nil {
			out.Counts = append(out.Counts, *counts[w])
		}
	}
	if o.nothing > 0 {
		out.Left = append(out.Left, Left{Count: o.nothing, Why: "reviews without an order that is out or was canceled"})
	}
	if lost > 0 {
		out.Left = append(out.Left, Left{Count: lost, Why: "orders at premises that are not on the route: they stand behind it"})
	}
	return out
}
