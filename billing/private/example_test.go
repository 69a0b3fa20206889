package private_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"strings"

	"github.com/headgate-dev/headgate/billing/private"
)

func Example() {
	name, err := private.NewName("Ada Weir")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("the tenant is", name)
	fmt.Println("Dear " + private.Reveal(name).Text() + ",")
	// Output:
	// the tenant is [private name]
	// Dear Ada Weir,
}

// An error says what is wrong and what to do, and not with what text.
func ExampleNewRoutingNumber() {
	_, err := private.NewRoutingNumber("121042883")
	fmt.Println(err)
	_, err = private.NewRoutingNumber("****42882")
	fmt.Println(err)
	// Output:
	// E_PRIVATE_TEXT: the routing number has a wrong check digit; compare it with the check: a digit is wrong, or two have changed places
	// E_PRIVATE_MASK: the routing number is a mask, not what it stands for; take it from where private.Reveal has stored it, or from where it was entered
}

// The mask holds wherever the value goes, also within the host's own structs and in their unexported fields.
func ExampleName() {
	type tenant struct {
		Account string
		Name    private.Name
		Phone   private.Telephone
	}
	var t tenant
	if err := json.Unmarshal([]byte(`{"Account":"10-2044","Name":"Ada Weir"}`), &t); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("%+v\n", t)
	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: withoutTime}))
	logger.Info("moved in", "account", t.Account, "name", t.Name)
	data, err := json.Marshal(t)
	fmt.Println(string(data), err)
	// What was masked on its way out is never taken for a name on its way in.
	fmt.Println(json.Unmarshal(data, &t))
	// Output:
	// {Account:10-2044 Name:[private name] Phone:[no telephone]}
	// level=INFO msg="moved in" account=10-2044 name="[private name]"
	// {"Account":"10-2044","Name":"[private name]","Phone":""} <nil>
	// E_PRIVATE_MASK: the name is a mask, not what it stands for; take it from where private.Reveal has stored it, or from where it was entered
}

func withoutTime(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}

// The struct that is stored says which of its fields are stored in plain text.
func ExampleRevealed() {
	type wire struct {
		Account string                            `json:"account"`
		Address private.Revealed[private.Address] `json:"address"`
		Email   private.Revealed[private.Email]   `json:"email,omitzero"`
		Name    private.Revealed[private.Name]    `json:"name"`
	}
	address, err := private.NewAddress("1 Weir Road\nDelano, CA 93215")
	if err != nil {
		fmt.Println(err)
		return
	}
	stored, err := json.Marshal(wire{Account: "10-2044", Address: private.Reveal(address)})
	fmt.Println(string(stored), err)

	var read wire
	if err := json.Unmarshal(stored, &read); err != nil {
		fmt.Println(err)
		return
	}
	address = read.Address.Private()
	fmt.Println(address, read.Email)
	for i, line := range strings.Split(read.Address.Text(), "\n") {
		fmt.Println(i+1, line)
	}
	// Output:
	// {"account":"10-2044","address":"1 Weir Road\nDelano, CA 93215","name":""} <nil>
	// [private address] [no e-mail]
	// 1 1 Weir Road
	// 2 Delano, CA 93215
}

// A screen may show the end of a number by which its owner knows it.
func ExampleBankAccount_LastFour() {
	for _, number := range []string{"000123456789", "744-5678-99", "1234567"} {
		account, err := private.NewBankAccount(number)
		if err != nil {
			fmt.Println(err)
			return
		}
		if four, ok := account.LastFour(); ok {
			fmt.Println("the account", four)
		} else {
			fmt.Println("the account on file")
		}
	}
	// Output:
	// the account …6789
	// the account …7899
	// the account on file
}

// Two customers with one telephone number are found without anybody reading it.
func ExampleFingerprintOf() {
	// The host keeps the secret away from the database, and makes it with crypto/rand.
	key, err := private.NewKey([]byte("an example of a secret: never one that is in a source"))
	if err != nil {
		fmt.Println(err)
		return
	}
	first := map[private.Fingerprint]string{}
	for _, c := range []struct{ account, phone string }{{"10-2044", "559-555-0100"}, {"10-2045", "559-555-0101"}, {"10-2046", "(559) 555-0100"}} {
		phone, err := private.NewTelephone(c.phone)
		if err != nil {
			fmt.Println(err)
			return
		}
		mark, err := private.FingerprintOf(key, phone)
		if err != nil {
			fmt.Println(err)
			return
		}
		if other, ok := first[mark]; ok {
			fmt.Println(c.account, "has the telephone of", other)
		} else {
			first[mark] = c.account
		}
	}
	// Output: 10-2046 has the telephone of 10-2044
}

func ExampleEqual() {
	key, err := private.NewKey([]byte("an example of a secret: never one that is in a source"))
	if err != nil {
		fmt.Println(err)
		return
	}
	onFile, err := private.NewBankAccount("00123-45A")
	if err != nil {
		fmt.Println(err)
		return
	}
	typed, err := private.NewBankAccount("00123-45a")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(private.Equal(key, onFile, typed))
	fmt.Println(private.Equal(key, onFile, private.BankAccount{}))
	// Output:
	// true <nil>
	// false E_PRIVATE_NONE: there is no bank account to compare; ask IsZero first
}
