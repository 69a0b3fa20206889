package approval

import (
	"time"

	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/stored"
)

// RecordForm is how a [Record] is stored: one versioned line of JSON, read back strictly. Only sealed records are written
// ([ErrSeal]). Reading derives the ids again and checks that a decision could have left the record; the seal, which is of all that
// it says, is verified by [NewHistory].
func RecordForm() stored.Form[Record] {
	return stored.NewForm("approval_record", 1, writeRecord, readRecord)
}

// recordV1 is version 1 of the form.
type recordV1 struct {
	ID           stored.ID     `json:"id"`
	Proposal     stored.ID     `json:"proposal"`
	Ordinal      int           `json:"ordinal"`
	Before       stored.ID     `json:"before,omitzero"`
	Verdict      Verdict       `json:"verdict"`
	Kind         Kind          `json:"kind"`
	Request      string        `json:"request"`
	Digest       Digest        `json:"digest"`
	By           Person        `json:"by,omitzero"`
	At           time.Time     `json:"at"`
	Reason       string        `json:"reason,omitempty"`
	Prepared     []Person      `json:"prepared,omitempty"`
	Authority    Person        `json:"authority,omitzero"`
	Role         string        `json:"role,omitempty"`
	Policy       string        `json:"policy,omitempty"`
	PolicyDigest Digest        `json:"policy_digest,omitzero"`
	Until        time.Time     `json:"until,omitzero"`
	Stakes       []stakeV1     `json:"stakes,omitempty"`
	Was          Digest        `json:"was,omitzero"`
	Reductions   []reductionV1 `json:"reductions,omitempty"`
	Seal         sealV1        `json:"seal"`
}

type stakeV1 struct {
	Account string       `json:"account"`
	Amount  money.Amount `json:"amount"`
}

type reductionV1 struct {
	Key     string       `json:"key"`
	Account string       `json:"account,omitempty"`
	From    money.Amount `json:"from"`
	To      money.Amount `json:"to"`
	Removed bool         `json:"removed"`
	Reason  string       `json:"reason"`
}

type sealV1 struct {
	Key string `json:"key"`
	Sum []byte `json:"sum"`
}

// writeRecord checks nothing: a form reads back what it writes.
func writeRecord(r Record) (recordV1, error) {
	w := recordV1{
		ID: r.ID, Proposal: r.Proposal, Ordinal: r.Ordinal, Before: r.Before, Verdict: r.Verdict, Kind: r.Kind, Request: r.Request, Digest: r.Digest,
		By: r.By, At: r.At.UTC(), Reason: r.Reason, Prepared: r.Prepared, Authority: r.Authority, Role: r.Role, Policy: r.Policy, Until: r.Until.UTC(),
		PolicyDigest: r.PolicyDigest, Was: r.Was, Seal: sealV1(r.Seal),
	}
	for _, s := range r.Stakes {
		w.Stakes = append(w.Stakes, stakeV1(s))
	}
	for _, d := range r.Reductions {
		w.Reductions = append(w.Reductions, reductionV1(d))
	}
	return w, nil
}

func readRecord(w recordV1) (Record, error) {
	r := Record{
		ID: w.ID, Proposal: w.Proposal, Ordinal: w.Ordinal, Before: w.Before, Verdict: w.Verdict, Kind: w.Kind, Request: w.Request, Digest: w.Digest,
		By: w.By, At: w.At.UTC(), Reason: w.Reason, Prepared: w.Prepared, Authority: w.Authority, Role: w.Role, Policy: w.Policy, Until: w.Until.UTC(),
		PolicyDigest: w.PolicyDigest, Was: w.Was, Seal: Seal(w.Seal),
	}
	for _, s := range w.Stakes {
		r.Stakes = append(r.Stakes, Stake(s))
	}
	for _, d := range w.Reductions {
		r.Reductions = append(r.Reductions, Reduction(d))
	}
	if err := r.check(); err != nil {
		return Record{}, err
	}
	if r.Seal.IsZero() {
		return Record{}, unsealed()
	}
	return r, nil
}
