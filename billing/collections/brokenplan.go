package collections

// unkept finds the day from which a plan that is in force was not kept: up to it, it kept the account from a shutoff. On the day on which it
// was agreed each is kept. Of one that was ended since, the end is later.
func (w *walk) unkept() error {
	if !w.standing.OnPlan || !w.standing.Broken {
		return nil
	}
	changes := w.facts.Account.Changes(w.out.Debt.Due, w.facts.On)
	for k := len(changes) - 1; k >= 0; k-- {
		before, err := changes[k].AddDays(-1)
		if err != nil {
			return err
		}
		s, err := w.facts.Account.Standing(before)
		if err != nil {
			return err
		}
		if !s.Broken {
			w.beginsAnew(changes[k], "the plan was broken on "+changes[k].String())
			return nil
		}
	}
	return nil
}
