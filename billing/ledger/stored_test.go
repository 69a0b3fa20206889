package ledger_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/stored"
)

var update = flag.Bool("update", false, "write the golden files of new versions of stored forms")

// golden compares the stored form of a value with the file of its version, which is never written over.
func golden[T any](t *testing.T, form stored.Form[T], name string, v T) []byte {
	t.Helper()
	data, err := form.Marshal(v)
	require.NoError(t, err)
	path := filepath.Join("testdata", name)
	if _, err := os.Stat(path); os.IsNotExist(err) && *update {
		var indented bytes.Buffer
		require.NoError(t, json.Indent(&indented, data, "", "  "))
		require.NoError(t, os.WriteFile(path, append(indented.Bytes(), '\n'), 0o644))
	}
	file, err := os.ReadFile(path)
	require.NoError(t, err)
	back, err := form.Unmarshal(file)
	require.NoError(t, err)
	require.Equal(t, v, back)
	var compact bytes.Buffer
	require.NoError(t, json.Compact(&compact, file))
	require.Equal(t, compact.String(), string(data))
	return data
}

// world is one of each that a host stores.
type world struct {
	bill, payment, reversal, opening ledger.Entry
	leg                              ledger.Leg
	item                             ledger.OpenItem
	plan                             ledger.Plan
	level                            ledger.LevelPay
	extension                        ledger.Extension
	pending                          ledger.Pending
}

func newWorld(t tester) world {
	var l ledger.Ledger
	w := world{bill: bill("bill 1", []ledger.Item{water("2026-04-16"), sewerOf("M1W", "2026-04-16")}, 62_00, 33_00)}
	post(t, &l, w.bill)
	w.payment = pay(t, &l, "receipt 1", "2026-04-30", w.bill.ItemID(1), 20_00)
	post(t, &l, w.payment)
	var err error
	w.reversal, err = l.Reverse(w.payment.ID(), "return 1", ledger.Returned, day("2026-05-04"), day("2026-05-04"))
	require.NoError(t, err)
	w.leg = w.payment.Legs()[0]
	w.item, _ = l.Item(w.bill.ItemID(1))
	w.plan, err = l.Plan("plan 1", acct, day("2026-05-10"), []stored.ID{w.bill.ItemID(0), w.bill.ItemID(1)}, []ledger.Installment{
		{Billed: day("2026-05-16"), Due: day("2026-06-06"), Amount: usd(35_00)}, {Due: day("2026-07-06"), Amount: usd(40_00)}})
	require.NoError(t, err)
	w.plan.Ended, w.plan.Ending = day("2026-06-30"), "broken"
	w.level = ledger.LevelPay{Key: "level 1", Account: acct, Term: civil.MustPeriod("[2026-07-01, 2027-07-01)"), Kinds: []ledger.Kind{"charge"},
		Installments: []ledger.Installment{{Billed: day("2026-07-16"), Due: day("2026-08-06"), Amount: usd(55_00)}}, Settled: day("2027-07-16"), SettlementDue: day("2027-08-06")}
	w.extension = ledger.Extension{Key: "extension 1", Account: acct, Items: []stored.ID{w.bill.ItemID(0)}, Granted: day("2026-05-01"), Until: day("2026-05-20")}
	w.pending = ledger.Pending{Key: "draft 1", Account: acct, Kind: ledger.DraftInFlight, Amount: usd(62_00), From: day("2026-05-05"), Until: day("2026-05-09")}
	var c ledger.Ledger
	_, err = c.Convert(conversion())
	require.NoError(t, err)
	for e := range c.Entries() {
		w.opening = e
		break
	}
	return w
}

func TestStoredFormsStayReadable(t *testing.T) {
	w := newWorld(t)
	golden(t, ledger.EntryForm, "entry_bill.v1.json", w.bill)
	golden(t, ledger.EntryForm, "entry_reversal.v1.json", w.reversal)
	golden(t, ledger.EntryForm, "entry_opening.v1.json", w.opening)
	golden(t, ledger.LegForm, "leg.v1.json", w.leg)
	golden(t, ledger.ItemForm, "item.v1.json", w.item)
	golden(t, ledger.PlanForm, "plan.v1.json", w.plan)
	golden(t, ledger.LevelPayForm, "level_pay.v1.json", w.level)
	golden(t, ledger.ExtensionForm, "extension.v1.json", w.extension)
	golden(t, ledger.PendingForm, "pending.v1.json", w.pending)
}

func TestAlteredFormsAreRefused(t *testing.T) {
	w := newWorld(t)
	refused := func(name string, data []byte, read func([]byte) error, from, to string) {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, string(data), from)
			require.NoError(t, read(data))
			require.Error(t, read([]byte(strings.Replace(string(data), from, to, 1))))
		})
	}
	bill, _ := ledger.EntryForm.Marshal(w.bill)
	entry := func(data []byte) error { _, err := ledger.EntryForm.Unmarshal(data); return err }
	refused("another amount", bill, entry, `"62.00"`, `"62.01"`)
	refused("another due date", bill, entry, `"due":"2026-05-07"`, `"due":"2026-06-07"`)
	refused("another accounting date", bill, entry, `"accounting":"2026-04-16"`, `"accounting":"2026-05-16"`)
	refused("another key", bill, entry, `"key":"bill 1"`, `"key":"bill 2"`)
	refused("an unknown key", bill, entry, `"cause"`, `"Cause"`)
	refused("an unknown version", bill, entry, `"version":1`, `"version":2`)
	opening, _ := ledger.EntryForm.Marshal(w.opening)
	refused("another day for notices", opening, entry, `"notices_from":"2026-05-01"`, `"notices_from":"2026-04-01"`)
	leg, _ := ledger.LegForm.Marshal(w.leg)
	legs := func(data []byte) error { _, err := ledger.LegForm.Unmarshal(data); return err }
	refused("a leg's amount", leg, legs, `"20.00"`, `"20.01"`)
	refused("a leg's sign", leg, legs, `"20.00"`, `"-20.00"`)
	refused("a leg's ordinal", leg, legs, `"ordinal":0`, `"ordinal":1`)
	item, _ := ledger.ItemForm.Marshal(w.item)
	items := func(data []byte) error { _, err := ledger.ItemForm.Unmarshal(data); return err }
	refused("an item's agency", item, items, `"agency":"M1W"`, `"agency":"M2W"`)
	refused("more open than charged", item, items, `"open":"13.00"`, `"open":"33.01"`)
	plan, _ := ledger.PlanForm.Marshal(w.plan)
	plans := func(data []byte) error { _, err := ledger.PlanForm.Unmarshal(data); return err }
	refused("a plan's installment", plan, plans, `"35.00"`, `"34.00"`)
	refused("a plan's account", plan, plans, acct, "0109999")
	level, _ := ledger.LevelPayForm.Marshal(w.level)
	refused("a level pay's key", level, func(data []byte) error { _, err := ledger.LevelPayForm.Unmarshal(data); return err }, "level 1", "level 2")
	extension, _ := ledger.ExtensionForm.Marshal(w.extension)
	refused("an extension's key", extension, func(data []byte) error { _, err := ledger.ExtensionForm.Unmarshal(data); return err }, "extension 1", "extension 2")
	pending, _ := ledger.PendingForm.Marshal(w.pending)
	pendings := func(data []byte) error { _, err := ledger.PendingForm.Unmarshal(data); return err }
	refused("a pending kind", pending, pendings, "draft_in_flight", "in_suspense")
	refused("a pending amount", pending, pendings, `"62.00"`, `"90.00"`)
	refused("a plan's due date", plan, plans, "2026-06-06", "2026-06-05")
	refused("an item's open amount", item, items, `"open":"13.00"`, `"open":"3.00"`)
	refused("a leg's cause", leg, legs, `"cause":"paid"`, `"cause":"gifted"`)
	refused("a leg's revenue code", leg, legs, `"revenue_code":"2300"`, `"revenue_code":""`)
	refused("a leg's ordinal below nothing", leg, legs, `"ordinal":0`, `"ordinal":-3`)

	_, err := ledger.EntryForm.Unmarshal(bytes.Replace(bill, []byte(`"version":1`), []byte(`"version":2`), 1))
	requireCode(t, err, stored.ErrVersion, "ledger.entry")
	_, err = ledger.EntryForm.Unmarshal(bytes.Replace(bill, []byte(`"62.00"`), []byte(`"62.01"`), 1))
	requireCode(t, err, stored.ErrID, "digest")
}

func TestWhatIsNotWholeIsNotStored(t *testing.T) {
	_, err := ledger.EntryForm.Marshal(ledger.Entry{})
	requireCode(t, err, ledger.ErrEntry)
	_, err = ledger.PlanForm.Marshal(ledger.Plan{})
	requireCode(t, err, ledger.ErrPlan)
	_, err = ledger.LevelPayForm.Marshal(ledger.LevelPay{})
	requireCode(t, err, ledger.ErrLevelPay)
	_, err = ledger.ExtensionForm.Marshal(ledger.Extension{})
	requireCode(t, err, ledger.ErrExtension)
	_, err = ledger.PendingForm.Marshal(ledger.Pending{})
	requireCode(t, err, ledger.ErrPending)
	_, err = ledger.LegForm.Marshal(ledger.Leg{})
	requireCode(t, err, ledger.ErrPlace)
	_, err = ledger.ItemForm.Marshal(ledger.OpenItem{})
	requireCode(t, err, ledger.ErrItem)
}

func TestAnyLedgerIsRestoredFromItsStoredEntries(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := drawLedger(t)
		terms := d.terms()
		on := d.day("asked on")
		again := drawn{t: t}
		for e := range d.Entries() {
			data, err := ledger.EntryForm.Marshal(e)
			require.NoError(t, err)
			back, err := ledger.EntryForm.Unmarshal(data)
			require.NoError(t, err)
			require.Equal(t, e.ID(), back.ID())
			require.Equal(t, e.Legs(), back.Legs())
			_, err = again.Restore(back)
			require.NoError(t, err)
		}
		one, had := d.standing(terms, on)
		if had {
			two, _ := again.standing(terms, on)
			require.Equal(t, one, two)
		}
	})
}

func FuzzEntryForm(f *testing.F) {
	w := newWorld(f)
	for _, e := range []ledger.Entry{w.bill, w.payment, w.reversal, w.opening} {
		data, err := ledger.EntryForm.Marshal(e)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := ledger.EntryForm.Unmarshal(data)
		if err != nil {
			return
		}
		again, err := ledger.EntryForm.Marshal(e)
		require.NoError(t, err)
		back, err := ledger.EntryForm.Unmarshal(again)
		require.NoError(t, err)
		require.Equal(t, e, back)
		var l ledger.Ledger
		if _, err := l.Restore(e); err == nil {
			require.NoError(t, l.Check())
		}
	})
}

// FuzzPost draws entries from bytes: whatever they say, the books balance and nothing panics.
func FuzzPost(f *testing.F) {
	f.Add([]byte{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
	f.Fuzz(func(t *testing.T, data []byte) {
		var l ledger.Ledger
		next := func() int {
			if len(data) == 0 {
				return 0
			}
			b := data[0]
			data = data[1:]
			return int(b)
		}
		causes := []ledger.Cause{ledger.Billed, ledger.Charged, ledger.Adjusted, ledger.Paid, ledger.Applied, ledger.Returned, ledger.Refunded,
			ledger.DepositApplied, ledger.WrittenOff, ledger.Recovered, ledger.Transferred, ledger.Accrued, ledger.Banked, "other"}
		places := []ledger.Place{{}, ledger.CreditOf(acct, area), ledger.CreditOf(acct, "Marina"), ledger.DepositOf(acct, area), ledger.DepositBilledTo(acct, area),
			ledger.RefundTo(acct, area), ledger.Revenue("4000"), ledger.Clearing(lockbox), ledger.Suspense("r"), ledger.Agency("M1W"), ledger.AgencyPayable("M1W"),
			{Kind: ledger.PlaceWriteOff}, {Kind: ledger.PlaceInterest}, {Kind: ledger.PlaceBank, Key: "operating"}, {Kind: ledger.PlaceOverShort}, {Kind: ledger.PlaceFee, Key: "portal"}}
		items := []ledger.Item{water("2026-04-16"), penalty("2026-04-16"), sewerOf("M1W", "2026-04-16"), {}}
		var opened []stored.ID
		place := func() ledger.Place {
			i := next() % (len(places) + len(opened))
			if i < len(places) {
				return places[i]
			}
			return ledger.OfItem(opened[i-len(places)])
		}
		codes := []string{"4000", "4090", "2300", ""}
		for n := 0; len(data) > 0; n++ {
			e := ledger.Entry{Cause: causes[next()%len(causes)], Key: string(rune('a' + next()%20)), Effective: dayOf(next()), Accounting: dayOf(next())}
			for range next() % 3 {
				e.Opens = append(e.Opens, ledger.Open{Item: items[next()%len(items)], Amount: usd(int64(next()) - 3), Against: place()})
			}
			for range next() % 4 {
				e.Moves = append(e.Moves, ledger.Move{From: place(), To: place(), Amount: usd(int64(next()) - 3), RevenueCode: codes[next()%len(codes)]})
			}
			if posted, _ := l.Post(e); posted {
				for i := range e.Opens {
					opened = append(opened, e.ItemID(i))
				}
			}
		}
		require.NoError(t, l.Check())
		_, err := l.RollForward(civil.Period{From: dayOf(0), To: dayOf(300)})
		require.NoError(t, err)
	})
}
