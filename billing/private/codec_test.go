package private_test

import (
	"database/sql"
	"database/sql/driver"
	"encoding"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v4"

	"github.com/headgate-dev/headgate/billing/private"
	"github.com/headgate-dev/headgate/billing/stored"
)

func TestMaskTellsNothingOfTheValue(t *testing.T) {
	forEach(t, func(t *testing.T, s subject, v any) {
		other, err := s.make(s.other)
		require.NoError(t, err)
		mask := "[private " + s.word + "]"
		none := "[no " + s.word + "]"
		for _, shown := range []any{v, other} {
			require.Equal(t, mask, shown.(interface{ String() string }).String())
			require.Equal(t, mask, shown.(interface{ GoString() string }).GoString())
			text, err := shown.(encoding.TextMarshaler).MarshalText()
			require.NoError(t, err)
			require.Equal(t, mask, string(text))
			data, err := shown.(json.Marshaler).MarshalJSON()
			require.NoError(t, err)
			require.Equal(t, `"`+mask+`"`, string(data))
			for _, value := range []any{shown, s.reveal(shown)} {
				for _, verb := range "vsqxXdcboOtUeEfFgGz" { // fmt answers %T, %p and %w itself
					for _, flags := range []string{"", "+", "#", "-", " ", "0", "40", "-40.3", ".2"} {
						require.Equal(t, mask, fmt.Sprintf("%"+flags+string(verb), value))
					}
				}
				require.Equal(t, slog.StringValue(mask), slog.AnyValue(value).Resolve())
			}
			require.Equal(t, mask, s.reveal(shown).String())
			require.Equal(t, mask, s.reveal(shown).(fmt.GoStringer).GoString())
		}
		zero := deref(s.zero())
		require.Equal(t, none, zero.(interface{ String() string }).String())
		require.Equal(t, none, s.reveal(zero).String())
	})
}

func TestZeroValueMeansThatNothingIsKnown(t *testing.T) {
	forEach(t, func(t *testing.T, s subject, v any) {
		zero := deref(s.zero())
		require.True(t, zero.(interface{ IsZero() bool }).IsZero())
		require.False(t, v.(interface{ IsZero() bool }).IsZero())
		require.True(t, s.reveal(zero).IsZero())
		require.False(t, s.reveal(v).IsZero())
		for _, value := range []any{zero, s.reveal(zero)} {
			data, err := json.Marshal(value)
			require.NoError(t, err)
			require.Equal(t, `""`, string(data))
			data, err = json.Marshal(struct {
				V any `json:"v"`
			}{value})
			require.NoError(t, err)
			require.Equal(t, `{"v":""}`, string(data))
		}
		// An empty text makes nothing known again, also of what was known.
		p := reflect.New(reflect.TypeOf(v))
		p.Elem().Set(reflect.ValueOf(v))
		require.NoError(t, json.Unmarshal([]byte(`""`), p.Interface()))
		require.True(t, p.Interface().(interface{ IsZero() bool }).IsZero())
		stored, err := s.reveal(zero).Value()
		require.NoError(t, err)
		require.Equal(t, "", stored)
	})
}

func TestOmitzeroLeavesOutWhatIsUnknown(t *testing.T) {
	type tenant struct {
		Name  private.Name                    `json:"name,omitzero"`
		Wire  private.Revealed[private.Email] `json:"wire,omitzero"`
		Phone private.Telephone               `json:"phone"`
	}
	data, err := json.Marshal(tenant{})
	require.NoError(t, err)
	require.JSONEq(t, `{"phone":""}`, string(data))
}

func TestPlainTextComesInAndTheMaskGoesOut(t *testing.T) {
	forEach(t, func(t *testing.T, s subject, _ any) {
		into := s.zero()
		quoted, err := json.Marshal(s.plain)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(quoted, into))
		require.Equal(t, s.plain, s.reveal(deref(into)).Text())
		masked, err := json.Marshal(into)
		require.NoError(t, err)
		require.ErrorIs(t, json.Unmarshal(masked, into), private.ErrMask)
		require.Equal(t, s.plain, s.reveal(deref(into)).Text(), "an error leaves the value as it was")
	})
}

func TestRevealedIsReadBackFromEveryColumn(t *testing.T) {
	forEach(t, func(t *testing.T, s subject, v any) {
		r := s.reveal(v)
		require.Equal(t, s.plain, r.Text())
		back := s.wire()
		text := func() string { return back.(revealed).Text() }

		data, err := json.Marshal(r)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(data, back))
		require.Equal(t, s.plain, text())

		back = s.wire()
		data, err = r.(encoding.TextMarshaler).MarshalText()
		require.NoError(t, err)
		require.Equal(t, s.plain, string(data))
		require.NoError(t, back.(encoding.TextUnmarshaler).UnmarshalText(data))
		require.Equal(t, s.plain, text())

		column, err := r.Value()
		require.NoError(t, err)
		require.Equal(t, s.plain, column)
		for _, src := range []any{column, []byte(s.plain)} {
			back = s.wire()
			require.NoError(t, back.(sql.Scanner).Scan(src))
			require.Equal(t, s.plain, text())
		}

		back = s.wire()
		data, err = yaml.Marshal(r)
		require.NoError(t, err)
		require.NoError(t, yaml.Unmarshal(data, back))
		require.Equal(t, s.plain, text())

		back = s.wire()
		data, err = xml.Marshal(struct {
			XMLName xml.Name `xml:"v"`
			V       any
		}{V: r})
		require.NoError(t, err)
		require.Contains(t, string(data), "<V>")
	})
}

func TestWhatIsNoTextIsRefused(t *testing.T) {
	forEach(t, func(t *testing.T, s subject, v any) {
		for _, data := range []string{"null", "121042882", "true", "{}", "[]", `["` + s.word + `"]`, `"\ud800"`} {
			for _, into := range []any{s.zero(), s.wire()} {
				err := json.Unmarshal([]byte(data), into)
				require.ErrorIs(t, err, private.ErrText, data)
				requireRemedy(t, err)
				require.True(t, into.(interface{ IsZero() bool }).IsZero())
			}
		}
		for _, data := range []string{"", `"`, `"a`, `"a"b`, `"\q"`, `a`} {
			err := s.zero().(json.Unmarshaler).UnmarshalJSON([]byte(data))
			require.ErrorIs(t, err, private.ErrText, data)
			requireRemedy(t, err)
		}
		for _, src := range []any{nil, int64(121042882), 1.5, true, v} {
			err := s.wire().(sql.Scanner).Scan(src)
			require.ErrorIs(t, err, private.ErrText, "%T", src)
			requireRemedy(t, err)
		}
	})
}

// TestNullInYAMLIsTakenForNothingWritten holds what the documents say of it: when yaml tells types of a null, it is to be refused.
func TestNullInYAMLIsTakenForNothingWritten(t *testing.T) {
	forEach(t, func(t *testing.T, s subject, _ any) {
		for _, into := range []any{s.zero(), s.wire()} {
			require.NoError(t, yaml.Unmarshal([]byte("null"), into))
			require.True(t, into.(interface{ IsZero() bool }).IsZero())
			require.NoError(t, into.(encoding.TextUnmarshaler).UnmarshalText([]byte(s.plain)))
			require.NoError(t, yaml.Unmarshal([]byte("null"), into))
			require.False(t, into.(interface{ IsZero() bool }).IsZero())
		}
	})
}

func TestDatabaseIsNeverGivenTheMask(t *testing.T) {
	forEach(t, func(t *testing.T, s subject, v any) {
		for _, value := range []any{v, deref(s.zero())} {
			_, err := value.(driver.Valuer).Value()
			require.ErrorIs(t, err, private.ErrReveal)
			require.ErrorContains(t, err, "private.Reveal")
			_, err = driver.DefaultParameterConverter.ConvertValue(value)
			require.ErrorIs(t, err, private.ErrReveal)
		}
		_, isScanner := s.zero().(sql.Scanner)
		require.False(t, isScanner, "columns are read through Revealed, as they are written")
	})
}

func TestRevealedGivesItsValueBack(t *testing.T) {
	name, err := private.NewName("Ada Weir")
	require.NoError(t, err)
	var r private.Revealed[private.Name]
	require.NoError(t, r.UnmarshalText([]byte("Ada Weir")))
	same, err := private.Equal(testKey(t, 1), name, r.Private())
	require.NoError(t, err)
	require.True(t, same)
	require.ErrorIs(t, r.UnmarshalText([]byte(" Bob")), private.ErrText)
	require.Equal(t, "Ada Weir", r.Text(), "an error leaves the value as it was")
}

// A tenant is stored by the form whose wire struct reveals, and not by the one that forgets to.
type tenant struct {
	name  private.Name
	email private.Email
}

type tenantWire struct {
	Name  private.Revealed[private.Name]  `json:"name"`
	Email private.Revealed[private.Email] `json:"email,omitzero"`
}

var tenantForm = stored.NewForm("tenant", 1, func(v tenant) (tenantWire, error) {
	return tenantWire{private.Reveal(v.name), private.Reveal(v.email)}, nil
}, func(w tenantWire) (tenant, error) { return tenant{w.Name.Private(), w.Email.Private()}, nil })

type forgetful struct {
	Name private.Name `json:"name"`
}

var forgetfulForm = stored.NewForm("tenant", 1, func(v tenant) (forgetful, error) {
	return forgetful{v.name}, nil
}, func(w forgetful) (tenant, error) { return tenant{name: w.Name}, nil })

func TestStoredFormHoldsTheTextAndGivesItBack(t *testing.T) {
	name, err := private.NewName("Smith & <Sons> \"Ltd\"")
	require.NoError(t, err)
	data, err := tenantForm.Marshal(tenant{name: name})
	require.NoError(t, err)
	require.Equal(t, `{"form":"tenant","version":1,"value":{"name":"Smith & <Sons> \"Ltd\""}}`, string(data))
	back, err := tenantForm.Unmarshal(data)
	require.NoError(t, err)
	require.Equal(t, "Smith & <Sons> \"Ltd\"", private.Reveal(back.name).Text())
	require.True(t, back.email.IsZero())
	again, err := tenantForm.Marshal(back)
	require.NoError(t, err)
	require.Equal(t, string(data), string(again))
}

func TestStoredFormThatForgetsToRevealIsRefused(t *testing.T) {
	name, err := private.NewName("Zyxquark Plover")
	require.NoError(t, err)
	_, err = forgetfulForm.Marshal(tenant{name: name})
	require.ErrorIs(t, err, private.ErrMask)
	require.NotContains(t, err.Error(), "Zyxquark")
}
