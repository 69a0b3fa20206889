package private_test

import (
	"database/sql/driver"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/private"
)

// A subject is one private type, with what is tested alike for all of them.
type subject struct {
	word   string
	plain  string                              // a text of the type: the marker that nothing may print
	other  string                              // another one
	make   func(text string) (any, error)      // the constructor
	zero   func() any                          // a pointer to a zero value
	reveal func(v any) revealed                // private.Reveal
	wire   func() any                          // a pointer to a zero Revealed
	print  func(private.Key, any) (any, error) // private.FingerprintOf
	equal  func(key private.Key, a, b any) (bool, error)
	shapes func(v any) []any // the value within other values
}

// revealed is what every Revealed has.
type revealed interface {
	fmt.Stringer
	driver.Valuer
	Text() string
	IsZero() bool
}

func subjectOf[T private.Value](word, plain, other string, construct func(string) (T, error), embed func(T) []any) subject {
	return subject{
		word: word, plain: plain, other: other,
		make:   func(text string) (any, error) { return construct(text) },
		zero:   func() any { return new(T) },
		reveal: func(v any) revealed { return private.Reveal(v.(T)) },
		wire:   func() any { return new(private.Revealed[T]) },
		print:  func(key private.Key, v any) (any, error) { return private.FingerprintOf(key, v.(T)) },
		equal:  func(key private.Key, a, b any) (bool, error) { return private.Equal(key, a.(T), b.(T)) },
		shapes: func(v any) []any { return append(shapesOf(v.(T)), embed(v.(T))...) },
	}
}

func subjects() []subject {
	return []subject{
		subjectOf("name", "Zyxquark Plover", "Ada Weir", private.NewName, func(v private.Name) []any {
			return []any{struct{ private.Name }{v}, struct{ *private.Name }{&v}}
		}),
		subjectOf("address", "4711 Zyxquark Lane\nPloverville, CA 93257", "1 Weir Road\nDelano, CA 93215", private.NewAddress, func(v private.Address) []any {
			return []any{struct{ private.Address }{v}, struct{ *private.Address }{&v}}
		}),
		subjectOf("e-mail", "zyxquark.plover@ploverville.test", "ada@example.com", private.NewEmail, func(v private.Email) []any {
			return []any{struct{ private.Email }{v}, struct{ *private.Email }{&v}}
		}),
		subjectOf("telephone", "+1 559-867-5309", "559-555-0100", private.NewTelephone, func(v private.Telephone) []any {
			return []any{struct{ private.Telephone }{v}, struct{ *private.Telephone }{&v}}
		}),
		subjectOf("bank account", "ZQX-8675309-4271", "000123456789", private.NewBankAccount, func(v private.BankAccount) []any {
			return []any{struct{ private.BankAccount }{v}, struct{ *private.BankAccount }{&v}}
		}),
		subjectOf("routing number", "121042882", "021000021", private.NewRoutingNumber, func(v private.RoutingNumber) []any {
			return []any{struct{ private.RoutingNumber }{v}, struct{ *private.RoutingNumber }{&v}}
		}),
	}
}

// forEach runs a test for every private type, with a value made of its marker.
func forEach(t *testing.T, test func(t *testing.T, s subject, v any)) {
	t.Helper()
	for _, s := range subjects() {
		t.Run(s.word, func(t *testing.T) {
			v, err := s.make(s.plain)
			require.NoError(t, err)
			test(t, s, v)
		})
	}
}

func testKey(t testing.TB, first byte) private.Key {
	t.Helper()
	secret := slices.Repeat([]byte{first, 7}, 16)
	key, err := private.NewKey(secret)
	require.NoError(t, err)
	return key
}

func deref(pointer any) any {
	switch p := pointer.(type) {
	case *private.Name:
		return *p
	case *private.Address:
		return *p
	case *private.Email:
		return *p
	case *private.Telephone:
		return *p
	case *private.BankAccount:
		return *p
	case *private.RoutingNumber:
		return *p
	}
	panic(fmt.Sprintf("%T is no private type", pointer))
}
