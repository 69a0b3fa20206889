package bench

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/cockroachdb/apd/v3"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/exact"
	"github.com/headgate-dev/headgate/billing/rates"
)

// The names of the forms that others are measured against.
const (
	floor = "floor"
	naive = "shopspring"
	// naiveJob is naive between reading and writing CSV.
	naiveJob = "shopspring-job"
)

// A form is one way of pricing the bills of a schedule. A new form of the engine is one
// more in engineForms; all tests, benchmarks and gates follow.
type form[A any] struct {
	name string
	// halfUp and halfEven price an account; halfEven is nil where the form has no such
	// rounding.
	halfUp, halfEven func(A) Bill
	// totalOnly forms give no lines.
	totalOnly bool
	// oracle is the form that the others are held against.
	oracle bool
	// wrong forms are timed, and their wrong bills counted.
	wrong bool
	// every is the part of the large sets that a form prices: each so many-th account.
	every int
	// allocs is the most allocations for a bill; unlimited where it is below zero. It
	// holds what was reached, so that no one loses it: what must be reached is among
	// the gates.
	allocs float64
	// run prices so many accounts, in turn.
	run func(n int)
	// bills is the fewest in a sample of time, where beginning takes long; 0 for any.
	bills int
}

// timed is the run of a form: input makes of accounts what the form is given, before time
// is taken, and results stay its own. What takes some nanoseconds alone has a loop of its own, since keeping
// nine results takes longer than finding them.
func timed[A, In, Out any](accounts []A, input func(A) In, price func(In) Out) func(n int) {
	ready := prepared(accounts, input)
	kept := new(Out)
	return func(n int) {
		for i := range n {
			*kept = price(ready[i&(inputs-1)])
		}
	}
}

// sink keeps the compiler from leaving out what no one reads.
var sink int64

func prepared[A, In any](accounts []A, input func(A) In) *[inputs]In {
	ready := new([inputs]In)
	for i := range ready {
		ready[i] = input(accounts[i])
	}
	return ready
}

func timedFloor(accounts []Account) func(n int) {
	ready := prepared(accounts, itself)
	return func(n int) {
		var sum int64
		for i := range n {
			sum += floorReference(ready[i&(inputs-1)])[total]
		}
		sink += sum
	}
}

func timedTotal[A any](accounts []A, p *pricer[A]) func(n int) {
	ready := prepared(accounts, p.bound)
	return func(n int) {
		var sum int64
		for i := range n {
			b := &ready[i&(inputs-1)]
			amount, err := b.Total(b.account)
			if err != nil {
				panic(err)
			}
			sum += amount.Cents()
		}
		sink += sum
	}
}

// timedQuote prices and reads every line.
func timedQuote[In any](ready *[inputs]In, price func(In) (rates.Quote, error)) func(n int) {
	return func(n int) {
		var sum int64
		for i := range n {
			q, err := price(ready[i&(inputs-1)])
			if err != nil {
				panic(err)
			}
			sum += read(&q)
		}
		sink += sum
	}
}

// read reads every line of a quote.
func read(q *rates.Quote) int64 {
	sum := q.Total.Cents()
	for line := range q.Lines() {
		sum += line.Amount().Cents()
	}
	return sum
}

func itself[A any](a A) A { return a }

// of is a bill from the nine amounts of a library.
func of[A, D any](price func(A) [9]D, cents func(D) int64) func(A) Bill {
	return func(a A) Bill {
		var bill Bill
		for i, d := range price(a) {
			bill[i] = cents(d)
		}
		return bill
	}
}

func referenceForms(t testing.TB) []form[Account] {
	set := benchmarkSet()
	apdUp, apdEven := newAPDPricer(apd.RoundHalfUp), newAPDPricer(apd.RoundHalfEven)
	apdBill := func(p *apdPricer) func(Account) Bill {
		return func(a Account) Bill {
			var bill Bill
			for i := range bill {
				bill[i] = apdCents(&p.price(a)[i])
			}
			return bill
		}
	}
	forms := []form[Account]{
		{name: floor, halfUp: floorReference, halfEven: floorReferenceEven, every: 1, run: timedFloor(set)},
		{name: naive, halfUp: of(shopspringReference, shopspringCents), halfEven: of(shopspringReferenceEven, shopspringCents),
			every: 20, allocs: -1, run: timed(set, itself, shopspringReference)},
		{name: "govalues", halfUp: of(govaluesReference, govaluesCents), halfEven: of(govaluesReferenceEven, govaluesCents),
			every: 20, allocs: -1, run: timed(set, itself, govaluesReference)},
		{name: "udecimal", halfUp: of(udecimalReference, udecimalCents), halfEven: of(udecimalReferenceEven, udecimalCents),
			every: 20, allocs: -1, run: timed(set, itself, udecimalReference)},
		{name: "apd", halfUp: apdBill(apdUp), halfEven: apdBill(apdEven), every: 20, allocs: -1, run: timed(set, itself, apdUp.price)},
		{name: "rat", oracle: true, halfUp: ratReference, halfEven: ratReferenceEven, every: 1, allocs: -1, run: timed(set, itself, ratReference)},
		{name: "float64", halfUp: of(floatReference, floatCents), wrong: true, every: 1, run: timed(set, itself, floatReference)},
	}
	up, err := newReferencePricer(exact.HalfUp)
	require.NoError(t, err)
	even, err := newReferencePricer(exact.HalfEven)
	require.NoError(t, err)
	forms = append(forms, jobForms(set, up)...)
	return append(forms, engineForms(set, up, even, 0)...)
}

// jobForms read accounts and write bills, as CSV.
func jobForms(set []Account, up *pricer[Account]) []form[Account] {
	common := up.input(Account{})
	engine := func(r io.Reader, w io.Writer) error { return engineJob(up.engine, common, r, w) }
	return []form[Account]{
		{name: naiveJob, halfUp: oneByJob(shopspringJob), every: 20, allocs: -1, run: timedJob(set, shopspringJob)},
		{name: "engine-job", halfUp: oneByJob(engine), every: 20, allocs: -1, bills: 1 << 20, run: timedJob(set, engine)},
	}
}

// timedJob runs a job over a file with the whole set as often as it takes.
func timedJob(set []Account, job func(io.Reader, io.Writer) error) func(n int) {
	text := accountRows(set)
	return func(n int) {
		if err := job(&repeated{text: text, times: n / len(set)}, io.Discard); err != nil {
			panic(err)
		}
	}
}

// repeated reads a text so many times. It holds the text once: a large heap would spare the
// forms that leave garbage its collection.
type repeated struct {
	text  []byte
	times int
	at    int
}

func (r *repeated) Read(p []byte) (int, error) {
	if r.times == 0 {
		return 0, io.EOF
	}
	n := copy(p, r.text[r.at:])
	if r.at += n; r.at == len(r.text) {
		r.at = 0
		r.times--
	}
	return n, nil
}

// oneByJob is the bill of one account by a job.
func oneByJob(job func(io.Reader, io.Writer) error) func(Account) Bill {
	return func(a Account) Bill {
		var out bytes.Buffer
		if err := job(bytes.NewReader(accountRows([]Account{a})), &out); err != nil {
			panic(err)
		}
		cells := strings.Split(strings.TrimSuffix(out.String(), "\n"), ",")
		var bill Bill
		for i := range bill {
			bill[i] = shopspringCents(decimal.RequireFromString(cells[3+i]))
		}
		return bill
	}
}

// timedBlocks prices the whole set at once, as often as it takes; of what is left over, none.
func timedBlocks(accounts []boundAccount) func(n int) {
	blocks := blocksOf(accounts)
	return func(n int) {
		for range n / len(accounts) {
			for _, b := range blocks {
				sink += b.price()
			}
		}
	}
}

// engineForms are the forms of the engine; even is nil where a schedule is rounded half up
// alone. boundAllocs is the most allocations of a bound bill: its numbers become facts.
func engineForms[A any](set []A, up, even *pricer[A], boundAllocs float64) []form[A] {
	var bound []boundAccount
	for _, a := range set {
		bound = append(bound, up.bound(a))
	}
	forms := []form[A]{
		{name: "engine-price", every: 20, run: timedQuote(prepared(set, up.input), up.engine.Price)},
		{name: "engine-bound-price", every: 20, allocs: boundAllocs, run: timedQuote(prepared(set, up.bound), boundQuote)},
		{name: "engine-bound-total", every: 1, totalOnly: true, run: timedTotal(set, up)},
		{name: "engine-block", every: 20, totalOnly: true, run: timedBlocks(bound)},
	}
	bills := func(p *pricer[A]) []func(A) Bill {
		return []func(A) Bill{
			func(a A) Bill { return p.bill(p.price(p.input(a))) },
			func(a A) Bill { return p.bill(boundPrice(p.bound(a))) },
			func(a A) Bill { return Bill{total: boundTotal(p.bound(a)).Cents()} },
			func(a A) Bill { return Bill{total: blocksOf([]boundAccount{p.bound(a)})[0].price()} },
		}
	}
	for i, price := range bills(up) {
		forms[i].halfUp = price
	}
	if even != nil {
		for i, price := range bills(even) {
			forms[i].halfEven = price
		}
	}
	return forms
}
