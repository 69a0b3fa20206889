package main

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/civil"
)

// generated is a day with planted faults and the truth about it, written and applied by its own arithmetic: it shares no code with what is
// tested.
type generated struct {
	inputs
	badTotal input
	rows     [][]string // as truth.csv has them, without the payment and the fault
	truth    map[string]any
	postable int // rows that can be posted
}

type genAccount struct {
	id, name, status, invoice, old string
	items                          []*genItem
}

type genItem struct {
	id, kind, due string
	cents, left   int64
}

type genStub struct {
	ref   string
	cents int64
}

type genExpect struct {
	account, disposition string
	cents                int64
}

type genCheck struct {
	routing, dda, number, name string
	amount                     int64
	stubs                      []genStub
	expect                     []genExpect
	fault                      string
	batch, seq                 int
}

var genKinds = []string{"penalty", "water", "sewer", "capital"}

func genLuhn(number string) string {
	sum := 0
	for i := range len(number) {
		d := int(number[len(number)-1-i] - '0')
		if i%2 == 0 {
			d *= 2
		}
		sum += d/10 + d%10
	}
	return number + strconv.Itoa((10-sum%10)%10)
}

// generator makes a day.
type generator struct {
	r        *rand.Rand
	day      civil.Date
	accounts []*genAccount
	byID     map[string]*genAccount
	pool     []*genAccount
	closed   []*genAccount
	checks   []*genCheck
	prior    []*genCheck
	out      generated
}

func (g *generator) add(days int) string {
	d, err := g.day.AddDays(days)
	if err != nil {
		panic(err)
	}
	return d.String()
}

func (g *generator) owes(a *genAccount) int64 {
	sum := int64(0)
	for _, it := range a.items {
		sum += it.cents
	}
	return sum
}

func (g *generator) next() *genAccount {
	a := g.pool[len(g.pool)-1]
	g.pool = g.pool[:len(g.pool)-1]
	return a
}

func (g *generator) between(low, high int64) int64 { return low + g.r.Int64N(high-low) }

// generate makes a day of so many accounts and checks. A file's counts can state 9,900 checks.
func generate(t testing.TB, seed uint64, accounts, checks int) generated {
	g := &generator{r: rand.New(rand.NewPCG(seed, 7)), byID: map[string]*genAccount{}}
	d, err := civil.NewDate(2026, time.March, 2+int(seed%20))
	require.NoError(t, err)
	g.day = d
	g.people(accounts)
	g.mail(checks)
	g.twins()
	g.lockbox()
	g.portal(max(5, checks/8), seed)
	g.drawer()
	g.bank(seed)
	g.tables()
	return g.out
}

func (g *generator) people(n int) {
	used := map[string]bool{}
	for len(g.accounts) < n {
		id := genLuhn(fmt.Sprintf("%07d", 100000+g.r.IntN(9899999)))
		invoice, old := fmt.Sprint(g.between(1e8, 1e9)), fmt.Sprintf("%05d-%02d", g.between(1e4, 1e5), g.r.IntN(100))
		if used[id] || used[invoice] || used[old] {
			continue
		}
		used[id], used[invoice], used[old] = true, true, true
		a := &genAccount{id: id, name: []string{"ADA", "BEN", "CORA", "DAN"}[g.r.IntN(4)] + " " + []string{"WEIR", "FLUME", "SLUICE"}[g.r.IntN(3)], invoice: invoice, old: old, status: "active"}
		switch p := g.r.IntN(100); {
		case p >= 97:
			a.status = "closed"
			g.closed = append(g.closed, a)
		case p >= 93:
			a.status = "final"
		}
		g.accounts = append(g.accounts, a)
		g.byID[id] = a
		if a.status == "closed" {
			continue
		}
		bills := 1
		if p := g.r.IntN(100); p >= 96 {
			bills = 3
		} else if p >= 85 {
			bills = 2
		}
		for m := range bills {
			due := g.add(-30*m + g.r.IntN(20))
			put := func(kind string, cents int64) {
				a.items = append(a.items, &genItem{id: fmt.Sprintf("%s-%s-%s", id, strings.ReplaceAll(due[2:], "-", ""), kind), kind: kind, due: due, cents: cents, left: cents})
			}
			water := g.between(2500, 18000)
			put("water", water)
			put("capital", []int64{500, 1000, 2500}[g.r.IntN(3)])
			if g.r.IntN(10) < 6 {
				put("sewer", g.between(2800, 6200))
			}
			if m > 0 {
				put("penalty", max(1, (water*10+50)/100))
			}
		}
		slices.SortFunc(a.items, func(x, y *genItem) int {
			return cmp.Or(cmp.Compare(x.due, y.due), cmp.Compare(slices.Index(genKinds, x.kind), slices.Index(genKinds, y.kind)), cmp.Compare(x.id, y.id))
		})
		g.pool = append(g.pool, a)
	}
	g.r.Shuffle(len(g.pool), func(i, j int) { g.pool[i], g.pool[j] = g.pool[j], g.pool[i] })
}

// faults are the planted ones with their weights.
var faults = []struct {
	name   string
	weight int
}{{"exact", 820}, {"partial", 35}, {"over", 30}, {"multi", 15}, {"invoice_ref", 20}, {"old_acct", 10}, {"unknown", 12}, {"misread", 12}, {"closed", 10}, {"name_only", 8}, {"dup_in_file", 8},
	{"dup_prior", 6}, {"multi_short", 4}, {"zero", 2}, {"blank_number", 4}, {"swapped", 4}, {"negative", 2}}

func (g *generator) fault() string {
	sum := 0
	for _, f := range faults {
		sum += f.weight
	}
	at := g.r.IntN(sum)
	for _, f := range faults {
		if at -= f.weight; at < 0 {
			return f.name
		}
	}
	return "exact"
}

func (g *generator) check(fault, name string, amount int64, stubs []genStub, expect ...genExpect) *genCheck {
	c := &genCheck{routing: []string{"121000358", "122000661", "321076470", "121042882"}[g.r.IntN(4)], dda: fmt.Sprintf("%010d", g.r.Int64N(1e10)), number: fmt.Sprintf("%010d", 1001+len(g.checks)),
		name: name, amount: amount, stubs: stubs, expect: expect, fault: fault}
	g.checks = append(g.checks, c)
	return c
}

func (g *generator) mail(n int) {
	for len(g.checks) < n && len(g.pool) > 8 {
		f := g.fault()
		switch f {
		case "exact", "invoice_ref", "old_acct", "name_only", "dup_prior", "blank_number":
			a := g.next()
			owes := g.owes(a)
			e := genExpect{a.id, "applied", owes}
			ref := a.id
			switch f {
			case "invoice_ref":
				ref = "INV" + a.invoice
			case "old_acct":
				ref = a.old
			case "name_only":
				ref, e = "", genExpect{"", "exception:no_reference", owes}
			case "dup_prior":
				e = genExpect{"", "exception:duplicate", owes}
			}
			c := g.check(f, a.name, owes, []genStub{{ref, owes}}, e)
			if f == "dup_prior" {
				g.prior = append(g.prior, c)
			}
			if f == "blank_number" {
				c.number = ""
			}
		case "partial":
			a := g.next()
			part := g.between(1, g.owes(a))
			g.check(f, a.name, part, []genStub{{a.id, part}}, genExpect{a.id, "applied", part})
		case "over":
			a := g.next()
			more := g.owes(a) + g.between(1, 20000)
			g.check(f, a.name, more, []genStub{{a.id, more}}, genExpect{a.id, "applied+credit", more})
		case "multi":
			c := g.check(f, "BAYVIEW PROPERTY MGMT", 0, nil)
			for range 2 + g.r.IntN(2) {
				a := g.next()
				c.stubs, c.expect = append(c.stubs, genStub{a.id, g.owes(a)}), append(c.expect, genExpect{a.id, "applied", g.owes(a)})
				c.amount += g.owes(a)
			}
		case "multi_short":
			a, b := g.next(), g.next()
			sum := g.owes(a) + g.owes(b)
			sum -= g.between(1, min(5000, g.owes(b)))
			g.check(f, "BAYVIEW PROPERTY MGMT", sum, []genStub{{a.id, g.owes(a)}, {b.id, g.owes(b)}}, genExpect{"", "exception:detail_sum_mismatch", sum})
		case "unknown":
			id := genLuhn(fmt.Sprintf("%07d", 100000+g.r.IntN(9899999)))
			if g.byID[id] != nil {
				continue
			}
			cents := g.between(3000, 20000)
			g.check(f, "NOBODY", cents, []genStub{{id, cents}}, genExpect{"", "exception:unknown_account", cents})
		case "misread", "swapped":
			a := g.next()
			at := g.r.IntN(7)
			bad := a.id[:at] + string('0'+byte((int(a.id[at]-'0')+1+g.r.IntN(9))%10)) + a.id[at+1:]
			if f == "swapped" {
				for tries := 0; a.id[at] == a.id[at+1] || a.id[at]-'0'+a.id[at+1]-'0' == 9 && (a.id[at] == '0' || a.id[at] == '9'); tries++ {
					if at = (at + 1) % 7; tries > 7 {
						break
					}
				}
				bad = a.id[:at] + a.id[at+1:at+2] + a.id[at:at+1] + a.id[at+2:]
			}
			if bad == a.id || genLuhn(bad[:7]) == bad {
				continue
			}
			g.check(f, a.name, g.owes(a), []genStub{{bad, g.owes(a)}}, genExpect{"", "exception:check_digit", g.owes(a)})
		case "closed":
			if len(g.closed) == 0 {
				continue
			}
			a := g.closed[g.r.IntN(len(g.closed))]
			cents := g.between(1000, 9000)
			g.check(f, a.name, cents, []genStub{{a.id, cents}}, genExpect{a.id, "exception:closed_account", cents})
		case "dup_in_file":
			if len(g.checks) == 0 {
				continue
			}
			o := g.checks[g.r.IntN(len(g.checks))]
			if slices.Contains([]string{"dup_in_file", "dup_prior", "zero", "negative", "blank_number"}, o.fault) {
				continue
			}
			twin := *o
			twin.fault, twin.expect = f, nil
			g.checks = append(g.checks, &twin)
		case "zero":
			a := g.next()
			g.check(f, a.name, 0, []genStub{{a.id, 0}}, genExpect{"", "exception:non_positive", 0})
		case "negative":
			a := g.next()
			g.check(f, a.name, -500, []genStub{{a.id, 0}}, genExpect{"", "exception:non_positive", -500})
		}
	}
	g.r.Shuffle(len(g.checks), func(i, j int) { g.checks[i], g.checks[j] = g.checks[j], g.checks[i] })
}

// twins says of checks that come twice which is the duplicate: the later.
func (g *generator) twins() {
	type key struct {
		routing, dda, number string
		amount               int64
	}
	seen := map[key]*genCheck{}
	for _, c := range g.checks {
		if c.amount <= 0 || c.number == "" {
			continue
		}
		k := key{c.routing, c.dda, c.number, c.amount}
		first := seen[k]
		if first == nil {
			seen[k] = c
			continue
		}
		if first.expect == nil {
			first.expect = c.expect
		}
		c.expect = []genExpect{{"", "exception:duplicate", c.amount}}
	}
}

func pad(text string, n int) string { return fmt.Sprintf("%-*s", n, text) }

func amountText(cents int64) string {
	if cents < 0 {
		return fmt.Sprintf("-%09d", -cents)
	}
	return fmt.Sprintf("%010d", cents)
}

func (g *generator) lockbox() {
	day := strings.ReplaceAll(g.day.String()[2:], "-", "")
	lines := []string{"1" + "00" + pad("DISTRICT", 10) + "0121000358" + day + "1800", "2" + pad("DISTRICT", 10) + "0121000358" + "0000000000" + "400" + "080" + "0080" + "1",
		"5" + "000" + "000" + "0054321" + day + pad("DISTRICT", 10) + "0121000358"}
	total, byDisposition := int64(0), map[string]int64{}
	var batches []int64
	applied, credit, waiting := int64(0), int64(0), int64(0)
	for from := 0; from < len(g.checks); from += 100 {
		number, sum := from/100+1, int64(0)
		list := g.checks[from:min(from+100, len(g.checks))]
		for i, c := range list {
			c.batch, c.seq = number, i+1
			sum += c.amount
			lines = append(lines, fmt.Sprintf("6%03d%03d%s%s%s%s%s%s%s", number, i+1, amountText(c.amount), c.routing, c.dda, pad(c.number, 10), day[2:], day[:2], pad(c.name, 30)))
			for q, s := range c.stubs {
				last := "0"
				if q == len(c.stubs)-1 {
					last = "9"
				}
				lines = append(lines, fmt.Sprintf("4%03d%03d6%02d%s%s%010d%010d", number, i+1, q+1, last, pad(s.ref, 16), s.cents, 0))
			}
			for _, e := range c.expect {
				a, cr := g.row(fmt.Sprint(number), fmt.Sprint(i+1), e)
				applied, credit, waiting = applied+a, credit+cr, waiting+e.cents-a-cr
				byDisposition[e.disposition] += e.cents
			}
		}
		lines = append(lines, fmt.Sprintf("7%03d0000054321%s%03d%010d", number, day, len(list), sum))
		batches = append(batches, sum)
		total += sum
	}
	lines = append(lines, fmt.Sprintf("80000000054321%s%04d%010d", day, len(g.checks), total))
	lines = append(lines, fmt.Sprintf("9%06d", len(lines)+1))
	g.out.lockbox = input{"lockbox.bai", []byte(strings.Join(lines, "\r\n") + "\r\n")}
	for i, l := range lines {
		if l[0] == '7' {
			stated, _ := strconv.ParseInt(l[23:33], 10, 64)
			lines[i] = l[:23] + fmt.Sprintf("%010d", stated+9)
			break
		}
	}
	g.out.badTotal = input{"lockbox_badtotal.bai", []byte(strings.Join(lines, "\r\n") + "\r\n")}
	half := len(batches) / 2
	first, second := int64(0), int64(0)
	for i, b := range batches {
		if i < half {
			first += b
		} else {
			second += b
		}
	}
	g.out.truth = map[string]any{"day": g.day.String(), "lockbox_items": len(g.checks), "lockbox_total": total, "by_disposition": byDisposition, "applied": applied, "credit": credit, "exception": waiting,
		"bank_lockbox_credits": []int64{first, second}}
}

// row is one of the truth: what its account's items get, in their order.
func (g *generator) row(batch, seq string, e genExpect) (applied, credit int64) {
	var items []string
	if strings.HasPrefix(e.disposition, "applied") {
		left := e.cents
		for _, it := range g.byID[e.account].items {
			if take := min(left, it.left); take > 0 {
				it.left -= take
				left -= take
				items = append(items, fmt.Sprintf("%s=%d", it.id, take))
			}
		}
		applied, credit = e.cents-left, left
		g.out.postable++
	}
	g.out.rows = append(g.out.rows, []string{batch, seq, e.disposition, e.account, fmt.Sprint(e.cents), fmt.Sprint(applied), fmt.Sprint(credit), fmt.Sprint(e.cents - applied - credit), strings.Join(items, ";")})
	return applied, credit
}

func (g *generator) portal(n int, seed uint64) {
	text := "txn_id,type,date,account,amount_cents,fee_cents,net_cents\n"
	gross, fees, back := int64(0), int64(0), int64(0)
	var first *genAccount
	for i := 0; i < n && len(g.pool) > 2; i++ {
		a := g.next()
		owes := g.owes(a)
		if first == nil {
			first = a
		}
		fee := (owes*29+500)/1000 + 30
		text += fmt.Sprintf("T%03d%05d,PAYMENT,%s,%s,%d,%d,%d\n", seed%1000, i, g.day, a.id, owes, fee, owes-fee)
		gross, fees = gross+owes, fees+fee
		g.row("", "", genExpect{a.id, "applied", owes})
	}
	owes := g.owes(first)
	text += fmt.Sprintf("T%03d00000R,CHARGEBACK,%s,%s,%d,1500,%d\n", seed%1000, g.day, first.id, -owes, -owes-1500)
	back = -owes - 1500
	g.out.rows = append(g.out.rows, []string{"", "", fmt.Sprintf("reversal:T%03d00000", seed%1000), first.id, fmt.Sprint(-owes), "0", "0", fmt.Sprint(-owes), ""})
	g.out.portal = input{"portal.csv", []byte(text)}
	g.out.truth["portal_gross"], g.out.truth["portal_fees"], g.out.truth["portal_chargeback_net"], g.out.truth["portal_net"] = gross, fees, back, gross-fees+back
}

func (g *generator) drawer() {
	var receipts []string
	cash := int64(0)
	for i := 0; i < 12 && len(g.pool) > 1; i++ {
		a := g.next()
		owes := g.owes(a)
		cash += owes
		receipts = append(receipts, fmt.Sprintf(`["C%03d","%s",%d]`, i, a.id, owes))
		g.row("", "", genExpect{a.id, "applied", owes})
	}
	off := []int64{0, 0, -100, 500, -2000}[g.r.IntN(5)]
	count := 20000 + cash + off
	var counts []string
	for _, d := range []int64{10000, 5000, 2000, 1000, 500, 100, 25, 10, 5, 1} {
		counts = append(counts, fmt.Sprintf(`"%d":%d`, d, count/d))
		count %= d
	}
	g.out.drawer = input{"drawer.json", []byte(fmt.Sprintf(`{"opening_float":20000,"receipts":[%s],"counts":{%s}}`, strings.Join(receipts, ","), strings.Join(counts, ",")))}
	g.out.truth["cash_receipts"], g.out.truth["drawer_over_short"], g.out.truth["bank_in_transit_cash"] = cash, off, cash+off
}

func (g *generator) bank(seed uint64) {
	day := strings.ReplaceAll(g.day.String()[2:], "-", "")
	credits := g.out.truth["bank_lockbox_credits"].([]int64)
	net := g.out.truth["portal_net"].(int64)
	nsf := g.between(4000, 9000)
	lines := []string{"01,121000358,DISTRICT," + day + ",0600,1,80,,2/", "02,DISTRICT,121000358,1," + day + ",2359,USD,2/", "03,0001234567,USD,010,5000000,,/"}
	sum := int64(5000000)
	put := func(code string, cents int64, ref, text string) {
		lines = append(lines, fmt.Sprintf("16,%s,%d,0,%s,,%s", code, cents, ref, text))
		sum += cents
	}
	put("115", credits[0], "LBX0054321", "LOCKBOX DEPOSIT")
	put("115", credits[1], "LBX0054321", "LOCKBOX DEPOSIT")
	if net >= 0 {
		put("165", net, fmt.Sprintf("PORT%03d", seed%1000), "PORTAL SETTLEMENT")
	} else {
		put("455", -net, fmt.Sprintf("PORT%03d", seed%1000), "PORTAL SETTLEMENT DEBIT")
	}
	put("555", nsf, g.accounts[0].id, "DEPOSITED ITEM RETURNED NSF")
	lines = append(lines, fmt.Sprintf("49,%d,%d/", sum, len(lines)-1))
	lines = append(lines, fmt.Sprintf("98,%d,1,%d/", sum, len(lines)))
	lines = append(lines, fmt.Sprintf("99,%d,1,%d/", sum, len(lines)+1))
	g.out.bank = input{"bank.bai2", []byte(strings.Join(lines, "\n") + "\n")}
	g.out.truth["nsf"] = map[string]any{"account": g.accounts[0].id, "cents": nsf}
}

func (g *generator) tables() {
	accounts, open := [][]string{{"account", "name", "status", "invoice", "old_account"}}, [][]string{{"account", "item", "kind", "due", "cents"}}
	for _, a := range g.accounts {
		accounts = append(accounts, []string{a.id, a.name, a.status, a.invoice, a.old})
		for _, it := range a.items {
			open = append(open, []string{a.id, it.id, it.kind, it.due, fmt.Sprint(it.cents)})
		}
	}
	prior := [][]string{{"routing", "dda", "check", "cents"}}
	for _, c := range g.prior {
		prior = append(prior, []string{c.routing, c.dda, c.number, fmt.Sprint(c.amount)})
	}
	for _, f := range []struct {
		into *input
		name string
		rows [][]string
	}{{&g.out.accounts, "accounts.csv", accounts}, {&g.out.open, "open_items.csv", open}, {&g.out.seen, "prior_fingerprints.csv", prior}} {
		var text bytes.Buffer
		if err := csv.NewWriter(&text).WriteAll(f.rows); err != nil {
			panic(err)
		}
		*f.into = input{f.name, text.Bytes()}
	}
}

// stated are the totals as JSON gives them.
func stated(t testing.TB, v any) map[string]any {
	text, err := json.Marshal(v)
	require.NoError(t, err)
	var out map[string]any
	require.NoError(t, json.Unmarshal(text, &out))
	return out
}
