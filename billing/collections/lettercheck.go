package collections

import (
	"fmt"
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/civil"
	"github.com/headgate-dev/headgate/billing/money"
	"github.com/headgate-dev/headgate/billing/problem"
	"github.com/headgate-dev/headgate/billing/stored"
)

// Check finds all that is wrong with the letter by itself, as a problem.List of [ErrLetter]: what is missing, days in the wrong order, items
// that do not come to the amount, a topic without its wording in a language.
func (c Letter) Check() error {
	var found problem.List
	refuse := func(path, what, fix string) {
		found.Add(&problem.Error{Code: ErrLetter, Path: path, What: what, Fix: fix})
	}
	if strings.TrimSpace(c.Key) == "" || c.Account == "" || c.Class == "" || c.Policy == "" {
		refuse("key", "the key, the account, the class or the policy is missing", "give all of them")
	}
	to, at := c.Kind.recipient(&Facts{})
	if !slices.Contains(letterKinds, c.Kind) {
		refuse("kind", fmt.Sprintf("there is no letter %q", string(c.Kind)), fmt.Sprintf("give one of %q", letterKinds))
	} else if left := c.Kind == TagLetter || c.Kind == FinalLetter; c.At != at || !left && c.To != to || left && !slices.Contains([]Recipient{Customer, Occupant, Tenants}, c.To) {
		refuse("to", fmt.Sprintf("a letter %s does not go to %q at %q", c.Kind, string(c.To), string(c.At)), "give whom and where it tells")
	}
	if c.Day.IsZero() || c.Debt.IsZero() || !c.FirstDelinquent.After(c.Debt) || c.PayBy.Before(c.Day) || !c.Shutoff.After(c.PayBy) || c.NotBefore.IsZero() {
		refuse("day", fmt.Sprintf("the days %q, due %q, to be paid by %q and of the shutoff %q are missing or not in this order", c.Day.String(), c.Debt.String(), c.PayBy.String(), c.Shutoff.String()),
			"give all of them")
	}
	c.checkItems(refuse)
	c.checkWords(refuse)
	if own, may := c.Kind.steps(); len(c.Records) == 0 || !subset(c.Records, may) || own != "" && !slices.Contains(c.Records, own) {
		refuse("records", fmt.Sprintf("%q are not the steps that a letter %s is", c.Records, c.Kind), "give those of the policy")
	}
	if len(c.Fees) == 0 || slices.ContainsFunc(c.Fees, func(fee StatedFee) bool {
		return fee.Source == "" || fee.Amount.Sign() < 0 || fee.Step != ShutOff && (fee.Step != Reconnected || fee.When != InHours && fee.When != AfterHours)
	}) {
		refuse("fees", "the fees for turning service on again are missing, or are none", "give those of the policy")
	}
	return found.Err()
}

// checkItems refuses items that are not whole, out of order, or do not come to the amount.
func (c *Letter) checkItems(refuse func(path, what, fix string)) {
	if c.Kind == TenantsLetter {
		if len(c.Items) > 0 || !c.Amount.IsZero() {
			refuse("items", "a letter to tenants states what the customer owes", "leave it out")
		}
		return
	}
	sum, due := make([]money.Amount, 0, len(c.Items)), false
	for i, it := range c.Items {
		due = due || it.Due == c.Debt
		if it.Item.IsZero() || it.Bill == "" || it.Amount.Sign() <= 0 || i > 0 && it.Due.Before(c.Items[i-1].Due) {
			refuse(fmt.Sprintf("items[%d]", i), "the item is not whole, owes nothing, or is out of order", "give the items oldest due date first")
		}
		sum = append(sum, it.Amount)
	}
	if !due {
		refuse("items", fmt.Sprintf("none of them is due %s, as the debt is", c.Debt), "give all items")
	}
	if total, err := money.Sum(sum...); err != nil || total != c.Amount || c.Amount.Sign() <= 0 {
		refuse("amount", fmt.Sprintf("the items do not come to %s", c.Amount), "give all items")
	}
}

// checkWords refuses languages, topics and wordings of which one is missing.
func (c *Letter) checkWords(refuse func(path, what, fix string)) {
	if len(c.Languages) == 0 || len(c.Topics) == 0 || c.Topics[0].Topic != Body {
		refuse("languages", "the letter is in no language, or has no body", "give those of the policy")
	}
	i := 0
	for _, language := range c.Languages {
		for _, topic := range c.Topics {
			if i >= len(c.Wordings) || c.Wordings[i].Language != language.Language || c.Wordings[i].Topic != topic.Topic || c.Wordings[i].ID == "" {
				refuse("wordings", fmt.Sprintf("the wording of %q in %q is missing", string(topic.Topic), string(language.Language)), "give one for each topic in each language, in their order")
			}
			i++
		}
	}
	if i < len(c.Wordings) {
		refuse("wordings", "there are wordings of no topic or language", "give one for each topic in each language")
	}
}

// ID is made of the letter's key and account.
func (c Letter) ID() stored.ID {
	return stored.NewID("collections_letter", stored.ID{}, c.Key, stored.AppendText(nil, c.Account))
}

// AppendCanonical appends all that the letter says.
func (c Letter) AppendCanonical(b []byte) []byte {
	b = stored.AppendKind(b, "headgate.collections.letter.1")
	texts := func(all ...string) {
		for _, text := range all {
			b = stored.AppendText(b, text)
		}
	}
	days := func(all ...civil.Date) {
		for _, day := range all {
			b = stored.AppendText(b, day.String())
		}
	}
	texts(c.Key, string(c.Kind), string(c.To), string(c.At), c.Account, c.Area, c.Class, c.Policy)
	days(c.Day, c.Debt, c.FirstDelinquent, c.PayBy, c.Shutoff)
	b = stored.AppendInstant(stored.AppendInt(b, c.Amount.Cents()), c.NotBefore)
	b = stored.AppendCount(b, len(c.Items))
	for _, it := range c.Items {
		b = stored.AppendInt(stored.AppendID(b, it.Item), it.Amount.Cents())
		texts(it.Bill, string(it.Kind), it.Service)
		days(it.Billed, it.Due)
	}
	b = stored.AppendCount(b, len(c.Fees))
	for _, fee := range c.Fees {
		texts(string(fee.Step), string(fee.When), fee.Source)
		b = stored.AppendInt(stored.AppendBool(b, fee.LowIncome), fee.Amount.Cents())
	}
	b = stored.AppendCount(b, len(c.Languages))
	for _, one := range c.Languages {
		texts(string(one.Language), one.Source, string(one.Status))
	}
	b = stored.AppendCount(b, len(c.Topics))
	for _, one := range c.Topics {
		texts(string(one.Topic), one.Source, string(one.Status))
	}
	b = stored.AppendCount(b, len(c.Wordings))
	for _, one := range c.Wordings {
		texts(string(one.Language), string(one.Topic), one.ID)
	}
	b = stored.AppendCount(b, len(c.Records))
	for _, step := range c.Records {
		texts(string(step))
	}
	for _, list := range [][]string{c.Unconfirmed, c.Placeholders} {
		b = stored.AppendCount(b, len(list))
		texts(list...)
	}
	return b
}
