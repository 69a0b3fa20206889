package collections

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/headgate-dev/headgate/billing/approval"
	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// EventForm is how an [Event] is stored. Reading derives its id again, and proves what Event.Check asks.
func EventForm() stored.Form[Event] {
	return stored.NewForm("collections_event", 1, writeEvent, readEvent)
}

// ListForm is how a [List] is stored, without who was left out. Reading proves what List.ApprovalCheck asks, and the digest of all
// that an approver answers for. The digest has no key: that it is what was approved, the approval's record tells (approval.Restore).
func ListForm() stored.Form[List] {
	return stored.NewForm("collections_list", 1, writeList, readList)
}

// The shapes of version 1. They never change.
type (
	eventV1 struct {
		ID      stored.ID       `json:"id"`
		Key     string          `json:"key"`
		Account string          `json:"account"`
		Debt    civil.Date      `json:"debt"`
		Step    Step            `json:"step"`
		Day     civil.Date      `json:"day"`
		At      time.Time       `json:"at,omitzero"`
		Method  Method          `json:"method,omitempty"`
		To      Recipient       `json:"to,omitempty"`
		By      approval.Person `json:"by"`
		Printed civil.Date      `json:"printed,omitzero"`
		Amount  money.Amount    `json:"amount,omitzero"`
		Of      string          `json:"of,omitempty"`
	}
	rowV1 struct {
		Account   string       `json:"account"`
		Area      string       `json:"area,omitempty"`
		Class     string       `json:"class"`
		Due       civil.Date   `json:"due"`
		Amount    money.Amount `json:"amount"`
		Shutoff   civil.Date   `json:"shutoff"`
		NotBefore time.Time    `json:"not_before"`
		Words     string       `json:"words"`
	}
	listV1 struct {
		Key    string          `json:"key"`
		Kind   ListKind        `json:"kind"`
		Day    civil.Date      `json:"day"`
		By     approval.Person `json:"by"`
		Rows   []rowV1         `json:"rows,omitempty"`
		Digest string          `json:"digest"`
	}
)

func writeEvent(e Event) (eventV1, error) {
	if err := e.Check(); err != nil {
		return eventV1{}, err
	}
	return eventV1{e.ID(), e.Key, e.Account, e.Debt, e.Step, e.Day, inUTC(e.At), e.Method, e.To, e.By, e.Printed, e.Amount, e.Of}, nil
}

// inUTC is an instant as it is stored: the same one, whatever the zone; none stays none.
func inUTC(at time.Time) time.Time {
	if at.IsZero() {
		return time.Time{}
	}
	return at.UTC()
}

func readEvent(w eventV1) (Event, error) {
	e := Event{w.Key, w.Account, w.Debt, w.Step, w.Day, inUTC(w.At), w.Method, w.To, w.By, w.Printed, w.Amount, w.Of}
	if err := e.Check(); err != nil {
		return Event{}, err
	}
	return e, w.ID.Check("id", e.ID())
}

// digest is the SHA-256 of all that an approver answers for.
func (l List) digest() string {
	sum := sha256.Sum256(l.AppendCanonical(nil))
	return hex.EncodeToString(sum[:])
}

func writeList(l List) (listV1, error) {
	if err := l.ApprovalCheck(); err != nil {
		return listV1{}, err
	}
	w := listV1{Key: l.Key, Kind: l.Kind, Day: l.Day, By: l.By, Digest: l.digest()}
	for _, r := range l.Rows {
		r.NotBefore = inUTC(r.NotBefore)
		w.Rows = append(w.Rows, rowV1(r))
	}
	return w, nil
}

func readList(w listV1) (List, error) {
	l := List{Key: w.Key, Kind: w.Kind, Day: w.Day, By: w.By}
	for _, r := range w.Rows {
		r.NotBefore = inUTC(r.NotBefore)
		l.Rows = append(l.Rows, Row(r))
	}
	if err := l.ApprovalCheck(); err != nil {
		return List{}, err
	}
	if l.digest() != w.Digest {
		return List{}, &problem.Error{Code: stored.ErrValue, Path: "digest", What: "the list is not what was digested", Fix: "restore it as it was stored"}
	}
	return l, nil
}
