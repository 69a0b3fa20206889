package ledger

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// The stored forms of what a host keeps. Each derives the id again when it is read, and checks what it reads as if it were new.
var (
	EntryForm     = stored.NewForm("ledger.entry", 1, writeEntry, readEntry)
	LegForm       = stored.NewForm("ledger.leg", 1, writeLeg, readLeg)
	ItemForm      = stored.NewForm("ledger.item", 1, writeItem, readItem)
	PlanForm      = stored.NewForm("ledger.plan", 1, writePlan, readPlan)
	LevelPayForm  = stored.NewForm("ledger.level_pay", 1, writeLevelPay, readLevelPay)
	ExtensionForm = stored.NewForm("ledger.extension", 1, writeExtension, readExtension)
	PendingForm   = stored.NewForm("ledger.pending", 1, writePending, readPending)
)

type placeV1 struct {
	Kind PlaceKind `json:"kind"`
	Key  string    `json:"key,omitempty"`
	Area string    `json:"area,omitempty"`
	Item stored.ID `json:"item,omitzero"`
}

type itemV1 struct {
	Account     string     `json:"account"`
	Area        string     `json:"area"`
	Kind        Kind       `json:"kind"`
	Service     string     `json:"service"`
	RevenueCode string     `json:"revenue_code"`
	Billed      civil.Date `json:"billed"`
	Due         civil.Date `json:"due"`
	Agency      string     `json:"agency,omitempty"`
	Deposit     bool       `json:"deposit,omitempty"`
}

type openV1 struct {
	ID      stored.ID    `json:"id"`
	Item    itemV1       `json:"item"`
	Amount  money.Amount `json:"amount"`
	Against placeV1      `json:"against"`
}

type moveV1 struct {
	From        placeV1      `json:"from"`
	To          placeV1      `json:"to"`
	Amount      money.Amount `json:"amount"`
	RevenueCode string       `json:"revenue_code"`
}

type entryV1 struct {
	ID          stored.ID  `json:"id"`
	Digest      string     `json:"digest"`
	Cause       Cause      `json:"cause"`
	Key         string     `json:"key"`
	Parent      stored.ID  `json:"parent,omitzero"`
	Reverses    bool       `json:"reverses,omitempty"`
	Effective   civil.Date `json:"effective"`
	Accounting  civil.Date `json:"accounting"`
	NoticesFrom civil.Date `json:"notices_from,omitzero"`
	Opens       []openV1   `json:"opens,omitempty"`
	Moves       []moveV1   `json:"moves,omitempty"`
}

func writeEntry(e Entry) (entryV1, error) {
	if err := e.Check(); err != nil {
		return entryV1{}, err
	}
	w := entryV1{ID: e.ID(), Digest: digestOf(e), Cause: e.Cause, Key: e.Key, Parent: e.Parent, Reverses: e.Reverses,
		Effective: e.Effective, Accounting: e.Accounting, NoticesFrom: e.NoticesFrom}
	for i, o := range e.Opens {
		w.Opens = append(w.Opens, openV1{ID: e.ItemID(i), Item: itemV1(o.Item), Amount: o.Amount, Against: placeV1(o.Against)})
	}
	for _, m := range e.Moves {
		w.Moves = append(w.Moves, moveV1{From: placeV1(m.From), To: placeV1(m.To), Amount: m.Amount, RevenueCode: m.RevenueCode})
	}
	return w, nil
}

func readEntry(w entryV1) (Entry, error) {
	e := Entry{Cause: w.Cause, Key: w.Key, Parent: w.Parent, Reverses: w.Reverses, Effective: w.Effective, Accounting: w.Accounting, NoticesFrom: w.NoticesFrom}
	for _, o := range w.Opens {
		e.Opens = append(e.Opens, Open{Item: Item(o.Item), Amount: o.Amount, Against: Place(o.Against)})
	}
	for _, m := range w.Moves {
		e.Moves = append(e.Moves, Move{From: Place(m.From), To: Place(m.To), Amount: m.Amount, RevenueCode: m.RevenueCode})
	}
	if err := e.Check(); err != nil {
		return Entry{}, err
	}
	for i, o := range w.Opens {
		if err := o.ID.Check(fmt.Sprintf("opens[%d].id", i), e.ItemID(i)); err != nil {
			return Entry{}, err
		}
	}
	return e, proved(w.ID, e.ID(), w.Digest, e)
}

type legV1 struct {
	ID          stored.ID    `json:"id"`
	Entry       stored.ID    `json:"entry"`
	Ordinal     int          `json:"ordinal"`
	From        placeV1      `json:"from"`
	To          placeV1      `json:"to"`
	Amount      money.Amount `json:"amount"`
	Cause       Cause        `json:"cause"`
	RevenueCode string       `json:"revenue_code"`
	Effective   civil.Date   `json:"effective"`
	Accounting  civil.Date   `json:"accounting"`
}

func writeLeg(l Leg) (legV1, error) {
	return legV1{ID: l.ID, Entry: l.Entry, Ordinal: l.Ordinal, From: placeV1(l.From), To: placeV1(l.To), Amount: l.Amount, Cause: l.Cause,
		RevenueCode: l.RevenueCode, Effective: l.Effective, Accounting: l.Accounting}, nil
}

// digestOf is the SHA-256 of what a value says, in hexadecimal digits.
func digestOf(v stored.Canonical) string {
	digest := sha256.Sum256(v.AppendCanonical(nil))
	return hex.EncodeToString(digest[:])
}

// proved compares the id and the digest that stand in a form with those of what was read.
func proved(stated, derived stored.ID, digest string, v stored.Canonical) error {
	if err := stated.Check("id", derived); err != nil {
		return err
	}
	if digest == digestOf(v) {
		return nil
	}
	return &problem.Error{Code: stored.ErrID, Path: "digest", What: "the digest is not that of what stands here", Fix: "restore it as it was written: what is stored is never changed"}
}

func readLeg(w legV1) (Leg, error) {
	l := Leg{ID: w.ID, Entry: w.Entry, Ordinal: w.Ordinal, From: Place(w.From), To: Place(w.To), Amount: w.Amount, Cause: w.Cause,
		RevenueCode: w.RevenueCode, Effective: w.Effective, Accounting: w.Accounting}
	var found problem.List
	found.Add(l.From.check("from"))
	found.Add(l.To.check("to"))
	found.Add(checkAmount("amount", l.Amount))
	for _, must := range []struct {
		name  string
		lacks bool
	}{{"cause", ways[l.Cause] == nil}, {"revenue_code", blank(l.RevenueCode)}, {"effective", l.Effective.IsZero()}, {"accounting", l.Accounting.IsZero()},
		{"entry", l.Entry.IsZero()}, {"ordinal", l.Ordinal < 0}} {
		if must.lacks {
			found.Add(&problem.Error{Code: ErrEntry, Path: must.name, What: "no leg has this", Fix: "restore it as it was written"})
		}
	}
	if l.From == l.To {
		found.Add(&problem.Error{Code: ErrLegToItself, Path: "to", What: fmt.Sprintf("the leg goes from %s to itself", l.From), Fix: "restore it as it was written"})
	}
	if err := found.Err(); err != nil {
		return Leg{}, err
	}
	if err := l.ID.Check("id", l.deriveID()); err != nil {
		return Leg{}, err
	}
	return l, nil
}

type openItemV1 struct {
	ID      stored.ID    `json:"id"`
	Digest  string       `json:"digest"`
	Entry   stored.ID    `json:"entry"`
	Ordinal int          `json:"ordinal"`
	Item    itemV1       `json:"item"`
	Charged money.Amount `json:"charged"`
	Open    money.Amount `json:"open"`
}

func writeItem(it OpenItem) (openItemV1, error) {
	return openItemV1{ID: it.ID, Digest: digestOf(it), Entry: it.Entry, Ordinal: it.Ordinal, Item: itemV1(it.Item), Charged: it.Charged, Open: it.Open}, nil
}

func readItem(w openItemV1) (OpenItem, error) {
	it := OpenItem{Item: Item(w.Item), ID: w.ID, Entry: w.Entry, Ordinal: w.Ordinal, Charged: w.Charged, Open: w.Open}
	var found problem.List
	it.check("item", &found)
	if it.Open.Sign() < 0 || it.Open.Cmp(it.Charged) > 0 {
		found.Add(&problem.Error{Code: ErrItem, Path: "open", What: fmt.Sprintf("%s is open of %s", it.Open, it.Charged), Fix: "restore it as it was written"})
	}
	if err := found.Err(); err != nil {
		return OpenItem{}, err
	}
	return it, proved(it.ID, itemID(it.Entry, it.Ordinal, it.Item), w.Digest, it)
}

type installmentV1 struct {
	Billed civil.Date   `json:"billed,omitzero"`
	Due    civil.Date   `json:"due"`
	Amount money.Amount `json:"amount"`
}

type coverV1 struct {
	Item    stored.ID    `json:"item"`
	Charged money.Amount `json:"charged"`
	Open    money.Amount `json:"open"`
}

type planV1 struct {
	ID           stored.ID       `json:"id"`
	Digest       string          `json:"digest"`
	Key          string          `json:"key"`
	Account      string          `json:"account"`
	Agreed       civil.Date      `json:"agreed"`
	Covers       []coverV1       `json:"covers"`
	Installments []installmentV1 `json:"installments"`
	Ended        civil.Date      `json:"ended,omitzero"`
	Ending       string          `json:"ending,omitempty"`
}

func writePlan(p Plan) (planV1, error) {
	if err := p.Check(); err != nil {
		return planV1{}, err
	}
	return planV1{ID: p.ID(), Digest: digestOf(p), Key: p.Key, Account: p.Account, Agreed: p.Agreed, Covers: convert(p.Covers, func(c Cover) coverV1 { return coverV1(c) }),
		Installments: convert(p.Installments, func(in Installment) installmentV1 { return installmentV1(in) }), Ended: p.Ended, Ending: p.Ending}, nil
}

func readPlan(w planV1) (Plan, error) {
	p := Plan{Key: w.Key, Account: w.Account, Agreed: w.Agreed, Covers: convert(w.Covers, func(c coverV1) Cover { return Cover(c) }),
		Installments: convert(w.Installments, func(in installmentV1) Installment { return Installment(in) }), Ended: w.Ended, Ending: w.Ending}
	if err := p.Check(); err != nil {
		return Plan{}, err
	}
	return p, proved(w.ID, p.ID(), w.Digest, p)
}

type levelPayV1 struct {
	ID            stored.ID       `json:"id"`
	Digest        string          `json:"digest"`
	Key           string          `json:"key"`
	Account       string          `json:"account"`
	Term          civil.Period    `json:"term"`
	Kinds         []Kind          `json:"kinds"`
	Installments  []installmentV1 `json:"installments"`
	Settled       civil.Date      `json:"settled,omitzero"`
	SettlementDue civil.Date      `json:"settlement_due,omitzero"`
}

func writeLevelPay(p LevelPay) (levelPayV1, error) {
	if err := p.Check(); err != nil {
		return levelPayV1{}, err
	}
	return levelPayV1{ID: p.ID(), Digest: digestOf(p), Key: p.Key, Account: p.Account, Term: p.Term, Kinds: p.Kinds,
		Installments: convert(p.Installments, func(in Installment) installmentV1 { return installmentV1(in) }), Settled: p.Settled, SettlementDue: p.SettlementDue}, nil
}

func readLevelPay(w levelPayV1) (LevelPay, error) {
	p := LevelPay{Key: w.Key, Account: w.Account, Term: w.Term, Kinds: w.Kinds,
		Installments: convert(w.Installments, func(in installmentV1) Installment { return Installment(in) }), Settled: w.Settled, SettlementDue: w.SettlementDue}
	if err := p.Check(); err != nil {
		return LevelPay{}, err
	}
	return p, proved(w.ID, p.ID(), w.Digest, p)
}

type extensionV1 struct {
	ID      stored.ID   `json:"id"`
	Digest  string      `json:"digest"`
	Key     string      `json:"key"`
	Account string      `json:"account"`
	Items   []stored.ID `json:"items"`
	Granted civil.Date  `json:"granted"`
	Until   civil.Date  `json:"until"`
}

func writeExtension(x Extension) (extensionV1, error) {
	if err := x.Check(); err != nil {
		return extensionV1{}, err
	}
	return extensionV1{ID: x.ID(), Digest: digestOf(x), Key: x.Key, Account: x.Account, Items: x.Items, Granted: x.Granted, Until: x.Until}, nil
}

func readExtension(w extensionV1) (Extension, error) {
	x := Extension{Key: w.Key, Account: w.Account, Items: w.Items, Granted: w.Granted, Until: w.Until}
	if err := x.Check(); err != nil {
		return Extension{}, err
	}
	return x, proved(w.ID, x.ID(), w.Digest, x)
}

type pendingV1 struct {
	ID      stored.ID    `json:"id"`
	Digest  string       `json:"digest"`
	Key     string       `json:"key"`
	Account string       `json:"account"`
	Kind    PendingKind  `json:"kind"`
	Amount  money.Amount `json:"amount"`
	From    civil.Date   `json:"from"`
	Until   civil.Date   `json:"until,omitzero"`
}

func writePending(p Pending) (pendingV1, error) {
	if err := p.Check(); err != nil {
		return pendingV1{}, err
	}
	return pendingV1{ID: p.ID(), Digest: digestOf(p), Key: p.Key, Account: p.Account, Kind: p.Kind, Amount: p.Amount, From: p.From, Until: p.Until}, nil
}

func readPending(w pendingV1) (Pending, error) {
	p := Pending{Key: w.Key, Account: w.Account, Kind: w.Kind, Amount: w.Amount, From: w.From, Until: w.Until}
	if err := p.Check(); err != nil {
		return Pending{}, err
	}
	return p, proved(w.ID, p.ID(), w.Digest, p)
}

func convert[A, B any](all []A, one func(A) B) []B {
	out := make([]B, len(all))
	for i, a := range all {
		out[i] = one(a)
	}
	return out
}
