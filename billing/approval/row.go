package approval

import (
	"bytes"
	"fmt"
	"io"
	"slices"

	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// Row is a row of a list that is approved as a whole, such as a shutoff on a list or a debit of a draft run.
type Row struct {
	Key     string // the row's own, once in the list
	Account string // the id of the account; may be missing where no money is at stake
	Amount  money.Amount
	Rest    Rest // all else that the approver answers for in this row
}

// Rest is the canonical bytes of what a row holds besides its key, account and amount. They may be of names and bank data: they
// are behind a function, and every way of writing a Rest gives the same few words. The zero value is of nothing.
type Rest struct {
	plain func() []byte
}

// RestOf is the rest of a row, by its canonical bytes, made with the functions of stored. They are copied.
func RestOf(canonical []byte) Rest {
	own := bytes.Clone(canonical)
	return Rest{plain: func() []byte { return own }}
}

func (r Rest) bytes() []byte {
	if r.plain == nil {
		return nil
	}
	return r.plain()
}

// maskedRest is what a Rest says of itself in every form.
const maskedRest = "[rest of the row]"

// Format gives the same words for every rest, verb and flag.
func (Rest) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, maskedRest) // fmt hands the error of its writer to the caller
}

// MarshalText gives the same words for every rest, in JSON too.
func (Rest) MarshalText() ([]byte, error) { return []byte(maskedRest), nil }

// AppendList appends the canonical bytes of a list.
func AppendList(b, head []byte, rows []Row) []byte {
	n := len(head) + 64
	for i := range rows {
		n += len(rows[i].Key) + len(rows[i].Account) + len(rows[i].Rest.bytes()) + 64
	}
	b = stored.AppendKind(slices.Grow(b, n), "headgate.approval.list.1")
	b = stored.AppendBytes(b, head)
	b = stored.AppendCount(b, len(rows))
	for _, row := range rows {
		b = stored.AppendText(b, row.Key)
		b = stored.AppendText(b, row.Account)
		b = stored.AppendInt(b, row.Amount.Cents())
		b = stored.AppendBytes(b, row.Rest.bytes())
	}
	return b
}

// StakesOf is what is at stake in a list: the amount of each row that has one.
func StakesOf(rows []Row) []Stake {
	stakes := make([]Stake, 0, len(rows))
	for _, row := range rows {
		if !row.Amount.IsZero() {
			stakes = append(stakes, Stake{row.Account, row.Amount})
		}
	}
	return stakes
}

// checkRows refuses a list whose rows do not say what the list says, or in which two have one key.
func checkRows(content stored.Canonical, list rowed, byAccount []Stake) *problem.Error {
	head, rows := list.ApprovalRows()
	if !beginsWithKind(head) {
		return contentError("head", "the list's head does not begin with a kind", "begin it with stored.AppendKind")
	}
	if !bytes.Equal(content.AppendCanonical(nil), AppendList(nil, head, rows)) {
		return contentError("content", "the list's canonical bytes are not those of its head and rows", "write AppendCanonical with AppendList")
	}
	seen := make(map[string]bool, len(rows))
	for i, row := range rows {
		path := fmt.Sprintf("rows[%d]", i)
		if e := checkText(path+".key", row.Key); e != nil {
			return e
		}
		if row.Account != "" {
			if e := checkText(path+".account", row.Account); e != nil {
				return e
			}
		}
		if seen[row.Key] {
			return contentError(path+".key", fmt.Sprintf("the key %q is in the list twice", row.Key), "give each row a key of its own")
		}
		seen[row.Key] = true
	}
	sums, _, e := tally(StakesOf(rows))
	if e != nil {
		return e
	}
	if !slices.Equal(sums, byAccount) {
		return contentError("content", "the list's stakes are not those of its rows", "write Stakes with StakesOf")
	}
	return nil
}
