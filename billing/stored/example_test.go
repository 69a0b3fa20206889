package stored_test

import (
	"fmt"
	"time"

	"github.com/headgate-dev/headgate/billing/stored"
)

// A bill and its two equal late charges, which stay two; running it again names them the same.
func ExampleNewID() {
	bill := stored.NewID("bill", stored.ID{}, "A-1001/2026-07", nil)
	late := stored.AppendInt(nil, 500)
	first, second := stored.NewID("item", bill, stored.Ordinal(1), late), stored.NewID("item", bill, stored.Ordinal(2), late)
	fmt.Println(first)
	fmt.Println(second)
	fmt.Println(first == stored.NewID("item", bill, stored.Ordinal(1), late))
	// Output:
	// 0c6e3c20-1503-54bc-8187-f549f7441c55
	// 0e02f926-8608-53e4-b9f8-653f317a5bfe
	// true
}

// lateCharge is a value with canonical bytes.
type lateCharge struct {
	account string
	cents   int64
	at      time.Time
	days    []int64
}

func (c lateCharge) AppendCanonical(b []byte) []byte {
	b = stored.AppendKind(b, "example.late-charge.1")
	b = stored.AppendText(b, c.account)
	b = stored.AppendInt(b, c.cents)
	b = stored.AppendInstant(b, c.at)
	b = stored.AppendCount(b, len(c.days))
	for _, d := range c.days {
		b = stored.AppendInt(b, d)
	}
	return b
}

// Canonical bytes are what is digested and approved. The zone of an instant says nothing, and the account is no part of
// the amount.
func ExampleCanonical() {
	bytes := func(c stored.Canonical) string { return string(c.AppendCanonical(nil)) }
	noon := time.Date(2026, 7, 14, 12, 0, 0, 0, time.UTC)
	charge := lateCharge{"A-1001", 500, noon, []int64{15, 30}}
	same := charge
	same.at = noon.In(time.FixedZone("PDT", -7*60*60))
	other := charge
	other.cents = 501
	fmt.Println(bytes(charge) == bytes(same), bytes(charge) == bytes(other))
	// Output:
	// true false
}

// A tag on a door, and its shape in JSON. Its id is made of what it says, and is made again when it is read.
type (
	doorTag struct {
		id      stored.ID
		account string
		day     string
	}
	doorTagV1 struct {
		ID      stored.ID `json:"id"`
		Account string    `json:"account"`
		Day     string    `json:"day"`
	}
)

func newDoorTag(account, day string) doorTag {
	content := stored.AppendText(stored.AppendText(nil, account), day)
	return doorTag{stored.NewID("door tag", stored.ID{}, account, content), account, day}
}

var doorTags = stored.NewForm("door tag", 1,
	func(t doorTag) (doorTagV1, error) { return doorTagV1{t.id, t.account, t.day}, nil },
	func(w doorTagV1) (doorTag, error) {
		t := newDoorTag(w.Account, w.Day)
		return t, w.ID.Check("id", t.id)
	})

func ExampleForm() {
	data, err := doorTags.Marshal(newDoorTag("A-1001", "2026-07-14"))
	fmt.Println(string(data), err)

	tag, err := doorTags.Unmarshal(data)
	fmt.Println(tag.account, tag.day, err)

	_, err = doorTags.Unmarshal([]byte(`{"form":"door tag","version":1,"value":{"id":"","account":"A-1001","Day":"2026-07-14"}}`))
	fmt.Println(err)
	_, err = doorTags.Unmarshal([]byte(`{"form":"door tag","version":2,"value":{}}`))
	fmt.Println(err)
	// Output:
	// {"form":"door tag","version":1,"value":{"id":"c44358cf-5325-5702-9f7a-0a3a51447c10","account":"A-1001","day":"2026-07-14"}} <nil>
	// A-1001 2026-07-14 <nil>
	// E_STORED_KEY: value.Day: the form has no such key; take it out, or read it with the release that wrote it
	// E_STORED_VERSION: version: the form "door tag" has no such version here; it has [1]; read it with a release that knows the version; a newer one reads all older forms
}

// When a form changes, its old version keeps its shape and its reader.
func ExampleReads() {
	type doorTagV0 struct {
		Account string `json:"acct"`
		Day     string `json:"day"`
	}
	newer := stored.NewForm("door tag", 2,
		func(t doorTag) (doorTagV1, error) { return doorTagV1{t.id, t.account, t.day}, nil },
		func(w doorTagV1) (doorTag, error) { return newDoorTag(w.Account, w.Day), nil })
	newer = stored.Reads(newer, 1, func(w doorTagV0) (doorTag, error) { return newDoorTag(w.Account, w.Day), nil })

	tag, err := newer.Unmarshal([]byte(`{"form":"door tag","version":1,"value":{"acct":"A-1001","day":"2026-07-14"}}`))
	fmt.Println(tag.account, tag.day, err)
	fmt.Println(newer.Versions())
	// Output:
	// A-1001 2026-07-14 <nil>
	// [1 2]
}
