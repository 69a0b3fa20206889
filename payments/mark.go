package payments

import (
	"encoding/binary"
	"hash"

	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/private"
)

// Mark tells a payment, or a payer, from others without saying who it is: see [Marker]. The zero Mark tells nothing.
type Mark = private.Fingerprint

// Marker makes the marks by which a payment is known again when it comes a second time, under the host's key: bank data is in them
// and cannot be read out of them. Those who keep marks keep the key as long. It is for one goroutine at a time.
type Marker struct {
	mac  hash.Hash
	text []byte
}

// NewMarker takes the host's key; the zero one is [private.ErrKey].
func NewMarker(key private.Key) (*Marker, error) {
	mac, err := private.NewMAC(key, "payments.mark.1")
	if err != nil {
		return nil, err
	}
	return &Marker{mac: mac}, nil
}

// The kinds of marks, which are never alike.
const (
	markOfCheck byte = iota + 1
	markOfCheckWithoutNumber
	markOfTrace
	markOfPayer
	markOfName
	markOfFile
)

// Check is the mark of a check: its source, routing number, account, number and amount. A check without a number has none: two of a
// payer's bank can be alike in all else.
func (m *Marker) Check(source, routing, account, number string, amount money.Amount) Mark {
	if number == "" {
		return Mark{}
	}
	return m.mark(markOfCheck, amount.Cents(), source, routing, account, number)
}

// Unnumbered is the mark of all that is known of a check without a number: source, routing number, account and amount. Two that are
// alike are suspected to be one, and both are posted.
func (m *Marker) Unnumbered(source, routing, account string, amount money.Amount) Mark {
	return m.mark(markOfCheckWithoutNumber, amount.Cents(), source, routing, account)
}

// Trace is the mark of a payment that its source numbers: a trace number, a processor's transaction id, a receipt number of a drawer
// and its day.
func (m *Marker) Trace(source, trace string) Mark { return m.mark(markOfTrace, 0, source, trace) }

// Payer is the mark of a bank account that pays: who was seen to pay for one account is thought of for it again.
func (m *Marker) Payer(routing, account string) Mark { return m.mark(markOfPayer, 0, routing, account) }

// Name is the mark of a payer's name in capitals with single blanks; names only ever propose.
func (m *Marker) Name(name string) Mark {
	name = plainName(name)
	if name == "" {
		return Mark{}
	}
	return m.mark(markOfName, 0, name)
}

// Content is the mark of the bytes of a file.
func (m *Marker) Content(content []byte) Mark { return m.mark(markOfFile, 0, string(content)) }

func (m *Marker) mark(kind byte, cents int64, parts ...string) Mark {
	b := append(m.text[:0], kind)
	b = binary.BigEndian.AppendUint64(b, uint64(cents))
	for _, part := range parts {
		b = binary.AppendUvarint(b, uint64(len(part))) // so that no part runs into the next
		b = append(b, part...)
	}
	m.text = b
	m.mac.Reset()
	m.mac.Write(b)
	var mark Mark
	m.mac.Sum(mark[:0])
	return mark
}
