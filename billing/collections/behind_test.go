package collections_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/collections"
	"github.com/headgate-dev/headgate/billing/ledger"
)

// An account that was made before a payment was entered does not know of it: it is refused wherever it is asked, and nobody goes.
func TestAnAccountThatIsBehindItsBooksIsRefused(t *testing.T) {
	l := compiled(t, district())
	for name, enter := range map[string]func(s *story){
		"a payment": func(s *story) { s.pay("counter", "2026-06-22", s.items[0], 84_37) },
		"a credit":  func(s *story) { s.credit(acct, "2026-06-22", 84_37) },
		"a bill":    func(s *story) { s.bill(acct, "next", "2026-07-16", "charge", 60_00) },
	} {
		t.Run(name, func(t *testing.T) {
			s := untilShutoff(t)
			approved, _ := approve(t, listed(t, collections.Shutoffs, "2026-06-22", s))
			f := s.facts("2026-06-22")
			enter(s)
			_, err := l.Walk(f)
			require.ErrorIs(t, err, collections.ErrFacts)
			require.ErrorContains(t, err, "account: something was entered for the account since it was made")
			require.ErrorContains(t, err, "make it anew with Ledger.Account")
			for _, kind := range []collections.ListKind{collections.Notices, collections.DoorTags, collections.Shutoffs} {
				_, err = l.List(kind, "L", day("2026-06-22"), person("m.alvarez"), []collections.Facts{f})
				require.ErrorIs(t, err, collections.ErrFacts, kind)
			}
			d, err := l.Dispatch(approved, clock("2026-06-22 07:30"), []collections.Facts{f})
			require.ErrorIs(t, err, collections.ErrFacts)
			require.Empty(t, d.Go)
			_, err = l.Dispatch(approved, clock("2026-06-22 07:30"), []collections.Facts{s.facts("2026-06-22")})
			require.NoError(t, err, "made anew")
		})
	}
	s := untilShutoff(t)
	f := s.facts("2026-06-22")
	s.bill("0200001", "another's", "2026-07-16", "charge", 60_00)
	_, err := l.Walk(f)
	require.NoError(t, err, "what is entered for another account changes nothing")
}

// The terms that hold are those that the account was made under: there are no others to believe.
func TestTheTermsAreTheAccounts(t *testing.T) {
	s := untilShutoff(t)
	s.pending(ledger.HeldBatch, 84_37, "2026-06-20")
	require.Equal(t, collections.PaymentHeld, s.walk(district(), "2026-06-22").Blocks[0].Code)
	s = untilShutoff(t)
	s.level()
	require.Equal(t, collections.LevelPay, s.walk(district(), "2026-06-22").Blocks[0].Code)
}
