package payments

import (
	"fmt"
	"iter"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// Result is what became of a day's receipts. It holds the day that it is of, and is not changed.
type Result struct {
	// On is the accounting date.
	On civil.Date
	// Lines are what became of each receipt, or of each stub of one with several, in the order in which they came. The receipts of batches
	// that are held, and of files that were processed before, have none.
	Lines []Line
	// Notes are what is to be looked at although it is posted, and what is said of files.
	Notes []Note
	// Credits are the credits that were used for what their accounts owe before the day's payments were.
	Credits []CreditUse
	// Files are the files with their batches.
	Files []FileReport

	day       *Day
	reopened  map[int32]bool // the accounts of which a payment was taken back
	own       []accountOwed  // of the accounts that were asked for
	sightings []sighted
	earlier   map[int]string // the keys of those sightings that are of receipts of an earlier day
}

// sighted is a receipt that was seen. A day has many, so that it holds no pointers.
type sighted struct {
	mark     Mark
	at       place
	reversed bool
	held     bool
}

// Line is what became of a receipt, or of one of its stubs: Amount = Applied + Credit + Exception + Reversed.
type Line struct {
	place place
	// Stub is the stub's place in its receipt, from 0; -1 where the line is the whole receipt.
	Stub int
	// Account is whose it is: where it is applied, where the account is closed, where it was taken back. It is empty otherwise.
	Account string
	account int32
	By      Method
	Amount  money.Amount
	// Applied went to Items, in their order; Credit is what is left as the account's credit; Exception waits in suspense for the
	// reason that is Code; Reversed, which is below zero, takes back the payment whose key is Reverses.
	Applied, Credit, Exception, Reversed money.Amount
	Items                                []Applied
	Code                                 Exception
	Reverses                             string
	// Evidence is what speaks about what waits; nil where there is none.
	Evidence *Evidence
}

// Disposition is what became of the line in a word: "applied", "applied+credit", "credit", "exception:" with its code, or "reversal:" with
// what it takes back.
func (l *Line) Disposition() string {
	switch {
	case l.Code != "":
		return "exception:" + string(l.Code)
	case l.Reverses != "":
		return "reversal:" + l.Reverses
	case l.Credit.IsZero():
		return "applied"
	case l.Applied.IsZero():
		return "credit"
	}
	return "applied+credit"
}

// Note is what is to be looked at although it is posted.
type Note struct {
	// Line is the line's place in the result; -1 where the note is of a file.
	Line int
	// File is the key of the file, of its notes.
	File     string
	Code     Exception
	Evidence *Evidence
}

// CreditUse is credit that was used for what its account owes. It is no cash.
type CreditUse struct {
	Account, Area string
	Amount        money.Amount
	Items         []Applied
	line          int // before which it was used
}

// Sums are sums of lines: In = Applied + Credit + Exception + Reversed.
type Sums struct {
	In, Applied, Credit, Exception, Reversed money.Amount
}

func (s *Sums) add(l *Line) error {
	return s.join(&Sums{l.Amount, l.Applied, l.Credit, l.Exception, l.Reversed})
}

func (s *Sums) join(o *Sums) error {
	for _, pair := range []struct {
		sum  *money.Amount
		more money.Amount
	}{{&s.In, o.In}, {&s.Applied, o.Applied}, {&s.Credit, o.Credit}, {&s.Exception, o.Exception}, {&s.Reversed, o.Reversed}} {
		if err := add(pair.sum, pair.more); err != nil {
			return err
		}
	}
	return nil
}

// check proves that the money that came in is somewhere.
func (s *Sums) check(of string) error {
	sum, err := money.Sum(s.Applied, s.Credit, s.Exception, s.Reversed)
	if err != nil {
		return err
	}
	if sum != s.In {
		return &problem.Error{Code: ErrConserved, Path: of, What: fmt.Sprintf("%s came in, and %s is applied, credit, in suspense or taken back", s.In, sum), Fix: reportThis}
	}
	return nil
}

// FileReport is what became of a file.
type FileReport struct {
	Key, Source string
	// Again is the key of the file that it was processed as before; nothing of it is then.
	Again   string
	Batches []BatchReport
	Sums    Sums
	// Held is the money of its batches that do not post.
	Held money.Amount
}

// BatchReport is what became of a batch.
type BatchReport struct {
	Key string
	// Choice is Accept for a batch that is posted, and Why says what stands against it, if anything does.
	Choice   Choice
	Why      string
	Receipts int
	// From and To are its lines: Lines[From:To].
	From, To int
	Sums     Sums
	Held     money.Amount
}

// Receipt is the receipt of a line, and its key.
func (r *Result) Receipt(l *Line) (*Receipt, string) {
	batch := &r.day.Files[l.place.file].Batches[l.place.batch]
	receipt := &batch.Receipts[l.place.receipt]
	return receipt, ReceiptKey(batch.Key, receipt.Number)
}

// Batch is the batch of a line, and the file that it is in.
func (r *Result) Batch(l *Line) (*Batch, *File) {
	file := &r.day.Files[l.place.file]
	return &file.Batches[l.place.batch], file
}

// Sums are those of all lines.
func (r *Result) Sums() (Sums, error) {
	var all Sums
	for i := range r.Files {
		if err := all.join(&r.Files[i].Sums); err != nil {
			return Sums{}, err
		}
	}
	return all, nil
}

// keyAt is the key of the receipt at a place.
func (r *Result) keyAt(at place) string {
	batch := &r.day.Files[at.file].Batches[at.batch]
	return ReceiptKey(batch.Key, batch.Receipts[at.receipt].Number)
}

// sightedKey is the key of the receipt of a sighting.
func (r *Result) sightedKey(i int) string {
	if key, ok := r.earlier[i]; ok {
		return key
	}
	return r.keyAt(r.sightings[i].at)
}

// Sightings are what a host keeps of the day's payments, to know them again: see [NewSeen]. Those of held batches are among them.
func (r *Result) Sightings() iter.Seq[Sighting] {
	return func(yield func(Sighting) bool) {
		for i := range r.sightings {
			s := &r.sightings[i]
			if !yield(Sighting{Mark: s.mark, Receipt: r.sightedKey(i), Reversed: s.reversed, Held: s.held}) {
				return
			}
		}
	}
}

// FilesSeen are what a host keeps of the day's files, to know them again. A file of which a batch is held or rejected is not among them: it
// may come again, and its payments are known one by one.
func (r *Result) FilesSeen() []FileSighting {
	var seen []FileSighting
	for i := range r.Files {
		file := &r.day.Files[i]
		if r.Files[i].Again != "" || file.Content.IsZero() {
			continue
		}
		whole := true
		for _, b := range r.Files[i].Batches {
			whole = whole && b.Choice == Accept
		}
		if whole {
			seen = append(seen, FileSighting{Key: file.Key, Content: file.Content, Loose: file.Loose})
		}
	}
	return seen
}

// Check proves again, from the lines alone, that no cent is made or lost: for each line, receipt, batch and file, in = applied + credit +
// exceptions + reversed; what is applied is what its items have; and no item has more than was owed for it.
func (r *Result) Check() error {
	owed := r.day.Owed
	paid := make([]int64, len(owed.claims)) // by the first claim of each item
	again := map[stored.ID]int64{}          // of accounts of which a payment was taken back
	for i := range r.Lines {
		l := &r.Lines[i]
		one := Sums{l.Amount, l.Applied, l.Credit, l.Exception, l.Reversed}
		sum := l.Applied.Cents() + l.Credit.Cents() + l.Exception.Cents() + l.Reversed.Cents()
		if sum != l.Amount.Cents() || l.Applied.Sign() < 0 || l.Credit.Sign() < 0 {
			if err := one.check(r.keyAt(l.place)); err != nil {
				return err
			}
		}
		if l.Code != "" && (!l.Applied.IsZero() || !l.Credit.IsZero()) {
			return &problem.Error{Code: ErrConserved, Path: r.keyAt(l.place), What: "it waits in suspense, and part of it is posted", Fix: reportThis}
		}
		total, wrong := r.pay(paid, again, l.account, l.Items)
		if wrong || total != l.Applied.Cents() {
			return notTheItems(r.keyAt(l.place), l.Applied, total)
		}
	}
	if err := r.checkReceipts(); err != nil {
		return err
	}
	for i := range r.Credits {
		c := &r.Credits[i]
		account, ok := r.day.Directory.byID[c.Account]
		if !ok {
			account = -1
		}
		total, wrong := r.pay(paid, again, account, c.Items)
		if wrong || total != c.Amount.Cents() {
			return notTheItems("credit of "+c.Account, c.Amount, total)
		}
	}
	if len(again) > 0 {
		r.takenBack(again)
	}
	return r.checkItems(paid, again)
}

const reportThis = "post nothing, and report this"

func notTheItems(of string, applied money.Amount, items int64) error {
	return &problem.Error{Code: ErrConserved, Path: of, What: fmt.Sprintf("%s is applied, and its items have %s, or one that the account does not owe", applied, money.Cents(items)), Fix: reportThis}
}

// pay adds what items of an account have. It says whether one of them is not the account's, or has nothing.
func (r *Result) pay(paid []int64, again map[stored.ID]int64, account int32, items []Applied) (total int64, wrong bool) {
	if len(items) == 0 {
		return 0, false
	}
	if account < 0 {
		return 0, true
	}
	if r.reopened[account] {
		for _, a := range items {
			again[a.Item] += a.Amount.Cents()
			total += a.Amount.Cents()
			wrong = wrong || a.Amount.Sign() <= 0
		}
		return total, wrong
	}
	own := &r.own[account]
	claims := r.day.Owed.claims[own.from:own.to]
	at := 0
	for _, a := range items {
		start := at
		for len(claims) > 0 && claims[at].item != a.Item { // they are mostly in one order
			if at = (at + 1) % len(claims); at == start {
				return total, true
			}
		}
		if len(claims) == 0 || a.Amount.Sign() <= 0 {
			return total, true
		}
		first := at // of its installments, where it has several
		for j := range at {
			if claims[j].item == a.Item {
				first = j
				break
			}
		}
		paid[int(own.from)+first] += a.Amount.Cents()
		total += a.Amount.Cents()
	}
	return total, false
}

// takenBack takes off what the payments that were taken back had paid, or had left to be paid again.
func (r *Result) takenBack(again map[stored.ID]int64) {
	taken := map[string]bool{}
	for i := range r.Lines {
		if of := r.Lines[i].Reverses; of != "" {
			taken[of] = true
		}
	}
	for i := range r.Lines {
		l := &r.Lines[i]
		if len(l.Items) == 0 || !r.reopened[l.account] || !taken[r.keyAt(l.place)] {
			continue
		}
		for _, a := range l.Items {
			again[a.Item] -= a.Amount.Cents()
		}
	}
	for key := range taken {
		entry, _ := r.day.Owed.books.Entry(EntryID(key))
		for _, m := range entry.Moves {
			if m.To.Kind == ledger.PlaceItem {
				again[m.To.Item] -= m.Amount.Cents()
			}
		}
	}
}

func (r *Result) checkItems(paid []int64, again map[stored.ID]int64) error {
	claims := r.day.Owed.claims
	for i, cents := range paid {
		if cents == 0 {
			continue
		}
		owed := int64(0)
		for j := i; j < len(claims) && (claims[j].item == claims[i].item || owed < cents && !claims[j].first); j++ {
			if claims[j].item == claims[i].item {
				owed += claims[j].cents
			}
		}
		if cents > owed {
			return overPaid(claims[i].item, cents, owed)
		}
	}
	for id, cents := range again {
		item, _ := r.day.Owed.books.Item(id)
		if cents > item.Open.Cents() {
			return overPaid(id, cents, item.Open.Cents())
		}
	}
	return nil
}

func overPaid(item stored.ID, cents, owed int64) error {
	return &problem.Error{Code: ErrConserved, Path: "item " + item.String(), What: fmt.Sprintf("%s is applied to it, and %s was owed", money.Cents(cents), money.Cents(owed)), Fix: reportThis}
}

// checkReceipts proves that the lines of each receipt sum to it, and those of each batch and file to theirs.
func (r *Result) checkReceipts() error {
	next := 0
	for f := range r.Files {
		report := &r.Files[f]
		var file Sums
		for b := range report.Batches {
			batch := &report.Batches[b]
			var sums Sums
			receipts := r.day.Files[f].Batches[b].Receipts
			if batch.Choice != Accept {
				receipts = nil
			}
			for i := range receipts {
				at, sum := place{int32(f), int32(b), int32(i)}, int64(0)
				for ; next < len(r.Lines) && r.Lines[next].place == at; next++ {
					sum += r.Lines[next].Amount.Cents()
					if err := sums.add(&r.Lines[next]); err != nil {
						return err
					}
				}
				if sum != receipts[i].dollars().Cents() {
					return &problem.Error{Code: ErrConserved, Path: r.keyAt(at), What: fmt.Sprintf("%s came in, and its lines sum to %s", receipts[i].Amount, money.Cents(sum)), Fix: reportThis}
				}
			}
			if sums != batch.Sums {
				return &problem.Error{Code: ErrConserved, Path: batch.Key, What: "its sums are not those of its lines", Fix: reportThis}
			}
			if err := file.join(&sums); err != nil {
				return err
			}
		}
		if file != report.Sums {
			return &problem.Error{Code: ErrConserved, Path: report.Key, What: "its sums are not those of its batches", Fix: reportThis}
		}
		if err := file.check(report.Key); err != nil {
			return err
		}
	}
	if next != len(r.Lines) {
		return &problem.Error{Code: ErrConserved, Path: "lines", What: fmt.Sprintf("%d lines belong to no receipt", len(r.Lines)-next), Fix: reportThis}
	}
	return nil
}
