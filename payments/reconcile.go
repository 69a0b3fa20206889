package payments

import (
	"fmt"
	"math"
	"slices"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
)

// Settings are a district's choices. There are none by default but those that post less.
type Settings struct {
	// Controls says what is done with what has faults.
	Controls Controls
	// PayerMemory posts a payment that names nothing to the one account that its bank account was seen to pay for. Otherwise that account is
	// a candidate.
	PayerMemory bool
	// ClosedToCredit posts a payment of a closed account as its credit, to be refunded. Otherwise it waits in suspense.
	ClosedToCredit bool
	// StaleDays is after how many days a check is too old; 0 where none is. Banks need not honor checks of more than six months (UCC 4-404).
	StaleDays int
	// CreditCode and SuspenseCode are the revenue codes of the district for unapplied credit and for suspense.
	CreditCode, SuspenseCode string
}

func (s Settings) check() error {
	if err := s.Controls.check(); err != nil {
		return err
	}
	switch {
	case s.CreditCode == "" || s.SuspenseCode == "":
		return &problem.Error{Code: ErrSettings, Path: "credit_code", What: "there is no revenue code for unapplied credit, or none for suspense", Fix: "give the district's codes for both"}
	case s.StaleDays < 0 || s.StaleDays > 3650:
		return &problem.Error{Code: ErrSettings, Path: "stale_days", What: fmt.Sprintf("%d days are out of bounds", s.StaleDays), Fix: "give 0 to 3650"}
	}
	return nil
}

// Day is all that a day's receipts are reconciled with.
type Day struct {
	// On is the accounting date of what is posted.
	On civil.Date
	// Files are what came in, in the order in which it is posted.
	Files []File
	// Directory finds accounts, Owed is what they owe, and Seen what was taken before.
	Directory *Directory
	Owed      *Owed
	Seen      *Seen
	Settings  Settings
}

// Reconcile takes a day's receipts: each is matched to accounts and applied to what they owe in their order, or waits in suspense with
// the reason. Nothing is posted that is not certain: a name, an amount or a bank account alone only ever propose. What is given is not
// changed, and the result is the same for the same day.
//
// It posts nothing: [Result.Journal] gives the entries for a ledger. In = applied + credit + exceptions + reversed, for every receipt,
// batch and file, or it is [ErrConserved].
func Reconcile(day Day) (*Result, error) {
	r, err := begin(day)
	if err != nil {
		return nil, err
	}
	for f := range day.Files {
		if err := r.file(int32(f)); err != nil {
			return nil, err
		}
	}
	if err := r.result.Check(); err != nil {
		return nil, err
	}
	return r.result, nil
}

// run is a reconciliation while it goes on.
type run struct {
	day     *Day
	result  *Result
	own     []accountOwed // of each account of the directory that was asked for
	asked   []bool
	left    []int64 // of each claim
	reopen  map[int32]*reopened
	credits map[int32]bool // the accounts whose credit was looked at
	marks   markTable      // of the day: the place of its sighting
	owing   map[int64][]int32
	batches map[string]place // the first of each key
	items   []Applied        // where the lines' items stand
}

func begin(day Day) (*run, error) {
	var found problem.List
	if day.Directory == nil || day.Owed == nil || day.Seen == nil || day.On.IsZero() {
		found.Add(&problem.Error{Code: ErrSettings, What: "the day lacks its date, its accounts, what they owe or what was seen before", Fix: "give all of them; NewSeen(nil, nil) is that nothing was"})
		return nil, found.Err()
	}
	if err := day.Settings.check(); err != nil {
		return nil, err
	}
	receipts, lines := 0, 0
	for f := range day.Files {
		file := &day.Files[f]
		if file.Key == "" || file.Source == "" {
			found.Add(&problem.Error{Code: ErrBatch, Path: fmt.Sprintf("files[%d]", f), What: "the file has no key or no source", Fix: "name it, and say where its money came from"})
		}
		for b := range file.Batches {
			receipts += len(file.Batches[b].Receipts)
			for i := range file.Batches[b].Receipts {
				lines += max(1, len(file.Batches[b].Receipts[i].Stubs))
			}
		}
	}
	if receipts > math.MaxInt32/4 || lines > math.MaxInt32/4 {
		found.Add(&problem.Error{Code: ErrBatch, What: "the day has more receipts than are reconciled at once", Fix: "give it in parts"})
	}
	if err := found.Err(); err != nil {
		return nil, err
	}
	d := day.Directory
	r := &run{day: &day, own: make([]accountOwed, len(d.accounts)), asked: make([]bool, len(d.accounts)), left: make([]int64, len(day.Owed.claims)), credits: map[int32]bool{},
		marks: newMarkTable(receipts), batches: map[string]place{}, items: make([]Applied, 0, 3*lines)}
	for i := range day.Owed.claims {
		r.left[i] = day.Owed.claims[i].cents
	}
	r.result = &Result{On: day.On, day: &day, reopened: map[int32]bool{}, Lines: make([]Line, 0, lines), sightings: make([]sighted, 0, receipts), earlier: map[int]string{}}
	r.result.own = r.own
	return r, nil
}

func (r *run) file(f int32) error {
	file := &r.day.Files[f]
	report := FileReport{Key: file.Key, Source: file.Source}
	if key, again := r.day.Seen.files[file.Content]; again && !file.Content.IsZero() {
		report.Again = key
		r.result.Notes = append(r.result.Notes, Note{Line: -1, File: file.Key, Code: AlreadyProcessed, Evidence: &Evidence{Of: key}})
		r.result.Files = append(r.result.Files, report)
		return nil
	}
	for _, earlier := range r.day.Files[:f] {
		if !file.Content.IsZero() && earlier.Content == file.Content {
			report.Again = earlier.Key
			r.result.Notes = append(r.result.Notes, Note{Line: -1, File: file.Key, Code: AlreadyProcessed, Evidence: &Evidence{Of: earlier.Key}})
			r.result.Files = append(r.result.Files, report)
			return nil
		}
	}
	if key, again := r.day.Seen.loose[file.Loose]; again && !file.Loose.IsZero() {
		r.result.Notes = append(r.result.Notes, Note{Line: -1, File: file.Key, Code: SentAgain, Evidence: &Evidence{Of: key}})
	}
	for b := range file.Batches {
		batch := &file.Batches[b]
		path := fmt.Sprintf("files[%d].batches[%d]", f, b)
		earlier, again := r.batches[batch.Key]
		if batch.Key == "" || again && earlier.file == f {
			return &problem.Error{Code: ErrBatch, Path: path, What: fmt.Sprintf("the batch %q has no key, or one that another of its file has", batch.Key), Fix: "give each batch a key of its own, for good"}
		}
		if !again {
			r.batches[batch.Key] = place{file: f, batch: int32(b)}
		}
		if err := r.batch(f, int32(b), &report, path); err != nil {
			return err
		}
	}
	r.result.Files = append(r.result.Files, report)
	return nil
}

func (r *run) batch(f, b int32, report *FileReport, path string) error {
	file := &r.day.Files[f]
	batch := &file.Batches[b]
	choice, why := r.day.Settings.Controls.decide(file, batch)
	out := BatchReport{Key: batch.Key, Choice: choice, From: len(r.result.Lines), Receipts: len(batch.Receipts)}
	if why != nil {
		out.Why = why.What
	}
	before := 0
	for i := range batch.Receipts {
		receipt := &batch.Receipts[i]
		if receipt.Number <= before {
			return &problem.Error{Code: ErrBatch, Path: fmt.Sprintf("%s.receipts[%d].number", path, i),
				What: fmt.Sprintf("receipt %d comes after receipt %d", receipt.Number, before), Fix: "number the receipts of a batch upwards from 1"}
		}
		before = receipt.Number
		if choice == Accept && receipt.Received.IsZero() {
			return &problem.Error{Code: ErrReceipt, Path: fmt.Sprintf("%s.receipts[%d].received", path, i), What: "the receipt has no day", Fix: "give the day that counts for the customer"}
		}
		at := place{file: f, batch: b, receipt: int32(i)}
		if choice != Accept {
			if err := add(&out.Held, receipt.dollars()); err != nil {
				return err
			}
			if choice == Hold && receipt.Amount.Sign() > 0 && receipt.isDollars() {
				// A held batch counts as seen: what it holds does not post from elsewhere. It posts itself, under its own key, once it is given again.
				n := len(r.result.sightings)
				r.see(receipt, at)
				r.like(receipt, at)
				for ; n < len(r.result.sightings); n++ {
					r.result.sightings[n].held = true
				}
			}
			continue
		}
		r.receipt(receipt, at)
	}
	out.To = len(r.result.Lines)
	for i := out.From; i < out.To; i++ {
		if err := out.Sums.add(&r.result.Lines[i]); err != nil {
			return err
		}
	}
	report.Batches = append(report.Batches, out)
	if err := add(&report.Held, out.Held); err != nil {
		return err
	}
	return report.Sums.join(&out.Sums)
}

// place is where a receipt stands in the day.
type place struct{ file, batch, receipt int32 }

func (r *Receipt) isDollars() bool { return r.Currency == "" || r.Currency == "USD" }

func (r *Receipt) dollars() money.Amount {
	if r.isDollars() {
		return r.Amount
	}
	return money.Amount{}
}

// receipt takes one receipt.
func (r *run) receipt(receipt *Receipt, at place) {
	whole := Line{place: at, Stub: -1, Amount: receipt.Amount, account: -1}
	switch {
	case !receipt.isDollars():
		whole.Amount = money.Amount{}
		r.wait(whole, WrongCurrency, &Evidence{Stated: receipt.Amount, Currency: receipt.Currency})
		return
	case !receipt.Reverses.IsZero():
		r.takeBack(receipt, whole)
		return
	case receipt.Amount.Sign() <= 0:
		r.wait(whole, NonPositive, nil)
		return
	}
	if r.wasTaken(at) {
		r.wait(whole, Duplicate, &Evidence{Of: r.result.keyAt(at)})
		return
	}
	if of, again := r.see(receipt, at); again {
		r.wait(whole, Duplicate, &Evidence{Of: of})
		return
	}
	if days := r.day.Settings.StaleDays; days > 0 && !receipt.Dated.IsZero() && receipt.Received.Sub(receipt.Dated) > days {
		r.wait(whole, StaleDated, &Evidence{Hint: fmt.Sprintf("dated %s, received %s", receipt.Dated, receipt.Received)})
		return
	}
	begun, noted := len(r.result.Lines), len(r.result.Notes)
	of, like := r.like(receipt, at)
	r.lines(receipt, at, whole)
	if first := &r.result.Lines[begun]; like && first.Code == "" {
		r.result.Notes = slices.Insert(r.result.Notes, noted, Note{Line: begun, Code: SuspectDuplicate, Evidence: &Evidence{Of: of}})
	}
}

// lines takes the stubs of a receipt that is taken.
func (r *run) lines(receipt *Receipt, at place, whole Line) {
	sum, fits := int64(0), true
	for i := range receipt.Stubs {
		stub := receipt.Stubs[i].Amount.Cents()
		sum += stub
		fits = fits && stub > 0 && sum > 0 // sums of amounts above zero go below it where they do not fit
	}
	switch {
	case len(receipt.Stubs) == 0:
		r.unnamed(receipt, whole)
		return
	case !fits || sum != receipt.Amount.Cents():
		evidence := &Evidence{Stated: receipt.Amount}
		if fits {
			evidence.Computed = money.Cents(sum)
		} else {
			evidence.Hint = "a stub has an amount of nothing or less, or they sum to more than can be held"
		}
		evidence.Candidates = r.named(receipt)
		r.wait(whole, DetailSumMismatch, evidence)
		return
	}
	for i := range receipt.Stubs {
		line := Line{place: at, Stub: i, Amount: receipt.Stubs[i].Amount, account: -1}
		if len(receipt.Stubs) == 1 {
			line.Stub = -1
		}
		r.stub(receipt, &receipt.Stubs[i], line)
	}
}

// wasTaken says whether a batch of the same key, of another file of the day, had the receipt and was not held.
func (r *run) wasTaken(at place) bool {
	batch := &r.day.Files[at.file].Batches[at.batch]
	first := r.batches[batch.Key]
	if first.file == at.file {
		return false
	}
	if report := r.result.Files[first.file]; report.Again != "" || report.Batches[first.batch].Choice != Accept {
		return false
	}
	number := batch.Receipts[at.receipt].Number
	_, found := slices.BinarySearchFunc(r.day.Files[first.file].Batches[first.batch].Receipts, number, func(x Receipt, n int) int { return x.Number - n })
	return found
}

// see registers a receipt, and says which one was seen before under its mark.
func (r *run) see(receipt *Receipt, at place) (of string, again bool) {
	if receipt.Mark.IsZero() {
		return "", false
	}
	if i, ok := r.marks.find(receipt.Mark, r.result.sightings); ok {
		if s := &r.result.sightings[i]; !s.reversed && !(s.held && r.result.sightedKey(int(i)) == r.result.keyAt(at)) {
			return r.result.sightedKey(int(i)), true
		}
	} else if s, ok := r.day.Seen.marks[receipt.Mark]; ok && !s.Reversed && !(s.Held && s.Receipt == r.result.keyAt(at)) {
		return s.Receipt, true
	}
	r.sight(receipt.Mark, at)
	return "", false
}

func (r *run) sight(mark Mark, at place) {
	r.result.sightings = append(r.result.sightings, sighted{mark: mark, at: at})
	r.marks.put(r.result.sightings)
}

// like says which receipt is like one that has no mark. The receipt is posted all the same.
func (r *run) like(receipt *Receipt, at place) (of string, like bool) {
	if !receipt.Mark.IsZero() || receipt.Loose.IsZero() {
		return "", false
	}
	if i, ok := r.marks.find(receipt.Loose, r.result.sightings); ok {
		return r.result.sightedKey(int(i)), true
	}
	if s, ok := r.day.Seen.marks[receipt.Loose]; ok && !s.Reversed {
		r.sight(receipt.Loose, at)
		return s.Receipt, true
	}
	r.sight(receipt.Loose, at)
	return "", false
}

// stub finds the account of one stub.
func (r *run) stub(receipt *Receipt, stub *Stub, line Line) {
	if group := r.day.Directory.groups[stub.Reference]; group != nil {
		r.lump(stub, line, group)
		return
	}
	account, by, why, among := r.day.Directory.find(stub.Reference)
	if why == "" {
		r.post(receipt, stub, line, account, by)
		return
	}
	if why == NoReference && r.day.Settings.PayerMemory && !receipt.Payer.IsZero() {
		if known := r.day.Directory.byPayer[receipt.Payer]; len(known) == 1 && r.day.Directory.accounts[known[0]].Status != Closed {
			r.post(receipt, stub, line, known[0], ByPayer)
			return
		}
	}
	c := candidates{directory: r.day.Directory}
	for _, other := range among {
		c.add(other, SharedAlias)
	}
	if why != NoReference {
		c.near(stub.Reference)
	}
	r.thinkOf(&c, receipt, stub.Amount)
	r.wait(line, why, evidenceOf(c.list()))
}

func evidenceOf(list []Candidate) *Evidence {
	if len(list) == 0 {
		return nil
	}
	return &Evidence{Candidates: list}
}

// unnamed is a receipt without stubs.
func (r *run) unnamed(receipt *Receipt, whole Line) {
	r.stub(receipt, &Stub{Amount: receipt.Amount}, whole)
}

// thinkOf adds the accounts that the payer, the amount or the name speak for.
func (r *run) thinkOf(c *candidates, receipt *Receipt, amount money.Amount) {
	d := r.day.Directory
	if !receipt.Payer.IsZero() {
		for _, account := range d.byPayer[receipt.Payer] {
			c.add(account, SamePayer)
		}
	}
	if r.owing == nil {
		r.owing = make(map[int64][]int32, len(r.own))
		for i := range r.own {
			if due := r.day.Owed.total(*r.ownOf(int32(i))); due > 0 {
				r.owing[due] = append(r.owing[due], int32(i))
			}
		}
	}
	// An amount or a name that many have speaks for an account only where something else does too.
	owing := r.owing[amount.Cents()]
	for _, account := range owing {
		if len(owing) <= few || c.of[account] != nil {
			c.add(account, OwesThis)
		}
	}
	if receipt.Name.IsZero() {
		return
	}
	named := d.byName[receipt.Name]
	for _, account := range named {
		if len(named) <= few || c.of[account] != nil || slices.Contains(owing, account) {
			c.add(account, SameName)
			if slices.Contains(owing, account) {
				c.add(account, OwesThis)
			}
		}
	}
}

// few is the number of accounts up to which what they have in common speaks for each.
const few = 3

// named are the accounts that the stubs of a receipt name.
func (r *run) named(receipt *Receipt) []Candidate {
	c := candidates{directory: r.day.Directory}
	for i := range receipt.Stubs {
		if account, _, why, _ := r.day.Directory.find(receipt.Stubs[i].Reference); why == "" {
			c.add(account, NamedOnStub)
		}
	}
	return c.list()
}

// post applies a line to an account.
func (r *run) post(receipt *Receipt, stub *Stub, line Line, account int32, by Method) {
	own := &r.day.Directory.accounts[account]
	line.account, line.Account, line.By = account, own.ID, by
	if own.Status == Closed {
		if !r.day.Settings.ClosedToCredit {
			r.wait(line, ClosedAccount, nil)
			return
		}
		line.Credit = line.Amount
		r.result.Notes = append(r.result.Notes, Note{Line: len(r.result.Lines), Code: ClosedAccount})
		r.result.Lines = append(r.result.Lines, line)
		return
	}
	r.useCredit(account, line)
	r.apply(&line, account, stub.Directed)
	r.look(receipt, stub, &line, own)
	r.result.Lines = append(r.result.Lines, line)
}

// apply applies the amount of a line.
func (r *run) apply(line *Line, account int32, to Direction) {
	claims, left := r.claimsOf(account)
	from := len(r.items)
	var rest int64
	r.items, rest = apply(r.items, claims, left, line.Amount.Cents(), to, r.day.Owed.policy.Proportional)
	line.Items = r.items[from:len(r.items):len(r.items)]
	line.Credit = money.Cents(rest)
	line.Applied = money.Cents(line.Amount.Cents() - rest)
}

func (r *run) claimsOf(account int32) ([]claim, []int64) {
	if again := r.reopen[account]; again != nil {
		return again.claims, again.left
	}
	own := r.ownOf(account)
	return r.day.Owed.claims[own.from:own.to], r.left[own.from:own.to]
}

// ownOf is what an account has.
func (r *run) ownOf(account int32) *accountOwed {
	own := &r.own[account]
	if !r.asked[account] {
		r.asked[account] = true
		found, ok := r.day.Owed.of[r.day.Directory.accounts[account].ID]
		if !ok {
			found.area = r.day.Directory.accounts[account].Area
		}
		*own = found
	}
	return own
}

// useCredit uses an account's credit for what it owes before the first payment of the day does.
func (r *run) useCredit(account int32, line Line) {
	own := r.ownOf(account)
	if own.credit <= 0 || own.from == own.to || r.credits[account] {
		return
	}
	r.credits[account] = true
	claims, left := r.claimsOf(account)
	from := len(r.items)
	var rest int64
	r.items, rest = apply(r.items, claims, left, own.credit, Direction{}, r.day.Owed.policy.Proportional)
	if used := own.credit - rest; used > 0 {
		r.result.Credits = append(r.result.Credits, CreditUse{Account: line.Account, Area: own.area, Amount: money.Cents(used),
			Items: r.items[from:len(r.items):len(r.items)], line: len(r.result.Lines)})
	}
}

// look notes what is odd about a line that is posted.
func (r *run) look(receipt *Receipt, stub *Stub, line *Line, own *Account) {
	note := func(code Exception, e *Evidence) {
		r.result.Notes = append(r.result.Notes, Note{Line: len(r.result.Lines), Code: code, Evidence: e})
	}
	if !stub.Due.IsZero() && stub.Due != stub.Amount {
		e := &Evidence{Stated: stub.Due, Computed: stub.Amount}
		if (stub.Due.Cents()-stub.Amount.Cents())%9 == 0 {
			e.Hint = "the difference is divisible by 9, as where two digits are swapped"
		}
		note(AmountDiffers, e)
	}
	if line.By == ByInvoice {
		if invoice, ok := r.day.Directory.invoices[stub.Reference]; ok && invoice.Amount != stub.Amount {
			code := PaidShort
			if stub.Amount.Cmp(invoice.Amount) > 0 {
				code = PaidOver
			}
			note(code, &Evidence{Stated: invoice.Amount, Computed: stub.Amount})
		}
	}
	if own.Status == Final {
		_, left := r.claimsOf(line.account)
		paid := line.Applied.Sign() > 0
		for _, cents := range left {
			paid = paid && cents == 0
		}
		if paid {
			note(FinalPaid, nil)
		}
	}
}

// wait puts a line into suspense.
func (r *run) wait(line Line, why Exception, e *Evidence) {
	line.Code, line.Exception, line.Evidence = why, line.Amount, e
	r.result.Lines = append(r.result.Lines, line)
}

// lump is an amount for several accounts that are paid together, without saying for which.
func (r *run) lump(stub *Stub, line Line, group []int32) {
	var owing []int32
	var amounts []money.Amount
	for _, account := range group {
		due := int64(0)
		claims, left := r.claimsOf(account)
		for i := range claims {
			if !claims[i].ahead {
				due += left[i]
			}
		}
		if r.ownOf(account).credit > 0 && !r.credits[account] {
			due -= min(due, r.ownOf(account).credit)
		}
		if due > 0 && r.day.Directory.accounts[account].Status != Closed {
			owing, amounts = append(owing, account), append(amounts, money.Cents(due))
		}
	}
	sets, all, err := Subsets(amounts, stub.Amount, MaxSolutions)
	if err == nil && all && len(sets) == 1 && len(amounts) <= MaxCertain {
		for _, i := range sets[0] {
			part := line
			part.Amount = amounts[i]
			r.post(&Receipt{}, &Stub{Amount: part.Amount}, part, owing[i], ByAlias)
		}
		return
	}
	e := &Evidence{More: !all || err != nil}
	for _, set := range sets {
		var accounts []string
		for _, i := range set {
			accounts = append(accounts, r.day.Directory.accounts[owing[i]].ID)
		}
		e.Solutions = append(e.Solutions, accounts)
	}
	r.wait(line, AmbiguousSubset, e)
}

func (p place) compare(q place) int {
	switch {
	case p.file != q.file:
		return int(p.file) - int(q.file)
	case p.batch != q.batch:
		return int(p.batch) - int(q.batch)
	}
	return int(p.receipt) - int(q.receipt)
}

// add adds to a sum, or refuses one that does not fit.
func add(sum *money.Amount, amount money.Amount) error {
	next, err := sum.Add(amount)
	if err != nil {
		return err
	}
	*sum = next
	return nil
}
