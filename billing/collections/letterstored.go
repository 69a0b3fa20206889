package collections

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/ledger"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// LetterForm is how a [Letter] is stored, such as what was printed and mailed. Reading derives its id again, and proves what Letter.Check
// asks, and the digest of all that it says. The digest has no key: it shows what was changed by accident.
func LetterForm() stored.Form[Letter] {
	return stored.NewForm("collections_letter", 1, writeLetter, readLetter)
}

// The shapes of version 1. They never change.
type (
	letterV1 struct {
		ID              stored.ID      `json:"id"`
		Key             string         `json:"key"`
		Kind            LetterKind     `json:"kind"`
		Day             civil.Date     `json:"day"`
		To              Recipient      `json:"to"`
		At              Address        `json:"at"`
		Account         string         `json:"account"`
		Area            string         `json:"area,omitempty"`
		Class           string         `json:"class"`
		Debt            civil.Date     `json:"debt"`
		FirstDelinquent civil.Date     `json:"first_delinquent"`
		Amount          money.Amount   `json:"amount"`
		Items           []letterItemV1 `json:"items,omitempty"`
		PayBy           civil.Date     `json:"pay_by"`
		Shutoff         civil.Date     `json:"shutoff"`
		NotBefore       time.Time      `json:"not_before"`
		Fees            []statedFeeV1  `json:"fees"`
		Languages       []languageV1   `json:"languages"`
		Topics          []topicV1      `json:"topics"`
		Wordings        []wordingV1    `json:"wordings"`
		Records         []Step         `json:"records"`
		Policy          string         `json:"policy"`
		Unconfirmed     []string       `json:"unconfirmed,omitempty"`
		Placeholders    []string       `json:"placeholders,omitempty"`
		Digest          string         `json:"digest"`
	}
	letterItemV1 struct {
		Item    stored.ID    `json:"item"`
		Bill    string       `json:"bill"`
		Kind    ledger.Kind  `json:"kind"`
		Service string       `json:"service,omitempty"`
		Billed  civil.Date   `json:"billed"`
		Due     civil.Date   `json:"due"`
		Amount  money.Amount `json:"amount"`
	}
	statedFeeV1 struct {
		Step      Step         `json:"step"`
		When      Hour         `json:"when,omitempty"`
		LowIncome bool         `json:"low_income,omitempty"`
		Amount    money.Amount `json:"amount"`
		Source    string       `json:"source"`
	}
	languageV1 struct {
		Language Language `json:"language"`
		Source   string   `json:"source"`
		Status   Status   `json:"status"`
	}
	topicV1 struct {
		Topic  Topic  `json:"topic"`
		Source string `json:"source"`
		Status Status `json:"status"`
	}
	wordingV1 struct {
		Language Language `json:"language"`
		Topic    Topic    `json:"topic"`
		ID       string   `json:"id"`
	}
)

func (c Letter) digest() string {
	sum := sha256.Sum256(c.AppendCanonical(nil))
	return hex.EncodeToString(sum[:])
}

// each converts the parts of a letter to another shape, and back; none stay none.
func each[A, B any](all []A, to func(A) B) []B {
	if all == nil {
		return nil
	}
	out := make([]B, len(all))
	for i, one := range all {
		out[i] = to(one)
	}
	return out
}

func writeLetter(c Letter) (letterV1, error) {
	if err := c.Check(); err != nil {
		return letterV1{}, err
	}
	return letterV1{
		ID: c.ID(), Key: c.Key, Kind: c.Kind, Day: c.Day, To: c.To, At: c.At, Account: c.Account, Area: c.Area, Class: c.Class, Debt: c.Debt, FirstDelinquent: c.FirstDelinquent,
		Amount: c.Amount, Items: each(c.Items, func(it LetterItem) letterItemV1 { return letterItemV1(it) }), PayBy: c.PayBy, Shutoff: c.Shutoff, NotBefore: inUTC(c.NotBefore),
		Fees:      each(c.Fees, func(fee StatedFee) statedFeeV1 { return statedFeeV1(fee) }),
		Languages: each(c.Languages, func(one LetterLanguage) languageV1 { return languageV1(one) }), Topics: each(c.Topics, func(one LetterTopic) topicV1 { return topicV1(one) }),
		Wordings: each(c.Wordings, func(one Wording) wordingV1 { return wordingV1(one) }),
		Records:  c.Records, Policy: c.Policy, Unconfirmed: c.Unconfirmed, Placeholders: c.Placeholders, Digest: c.digest(),
	}, nil
}

func readLetter(w letterV1) (Letter, error) {
	c := Letter{
		Key: w.Key, Kind: w.Kind, Day: w.Day, To: w.To, At: w.At, Account: w.Account, Area: w.Area, Class: w.Class, Debt: w.Debt, FirstDelinquent: w.FirstDelinquent,
		Amount: w.Amount, Items: each(w.Items, func(it letterItemV1) LetterItem { return LetterItem(it) }), PayBy: w.PayBy, Shutoff: w.Shutoff, NotBefore: inUTC(w.NotBefore),
		Fees:      each(w.Fees, func(fee statedFeeV1) StatedFee { return StatedFee(fee) }),
		Languages: each(w.Languages, func(one languageV1) LetterLanguage { return LetterLanguage(one) }), Topics: each(w.Topics, func(one topicV1) LetterTopic { return LetterTopic(one) }),
		Wordings: each(w.Wordings, func(one wordingV1) Wording { return Wording(one) }),
		Records:  w.Records, Policy: w.Policy, Unconfirmed: w.Unconfirmed, Placeholders: w.Placeholders,
	}
	if err := c.Check(); err != nil {
		return Letter{}, err
	}
	if c.digest() != w.Digest {
		return Letter{}, &problem.Error{Code: stored.ErrValue, Path: "digest", What: "the letter is not what was digested", Fix: "restore it as it was stored"}
	}
	return c, w.ID.Check("id", c.ID())
}
