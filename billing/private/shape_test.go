package private_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/headgate-dev/headgate/billing/private"
	"github.com/headgate-dev/headgate/billing/problem"
)

func subjectOfWord(t *testing.T, word string) subject {
	t.Helper()
	for _, s := range subjects() {
		if s.word == word {
			return s
		}
	}
	require.Fail(t, "no such type", word)
	return subject{}
}

func TestTextOfTheShapeIsKeptAsGiven(t *testing.T) {
	for word, texts := range map[string][]string{
		"name": {
			"Ada Weir", "A", "7-11", "O'Brien  &  Sons", "Núñez, José", "Nu\u0301n\u0303ez",
			"李明", "JOHN SMITH *", "Weir • Sons", "Dr. Xxaver Maxxx", "Unit #4",
			"XXX Feed Store", "Feed & XXX, Inc.", "No. 1 Club [No Smoking]", "The No Name", "No Name", "Club [PR]", "Weir [NO]", "Ada … Weir", "Null",
			"Private Telephone Company", "Private Name & Co.", "Lane [old no. 4]", "100%!", "0x Weir", "Nil <& Sons>", "Sealing [Best Key] Co.",
			"Inn [The No Name]", "Club [No e-cigarettes]", "…& Co", "a]", "me", "e]",
			strings.Repeat("é", 200),
		},
		"address": {
			"1", "1 Weir Road", "1 Weir Road\nApt #4, Box #12\nDelano, CA 93215", "1\n2\n3\n4\n5\n6", strings.Repeat("é", 100) + "\n1", "Box 12?",
		},
		"e-mail": {
			"ada@example.com", "Ada.Weir+water@Example.COM", "xxx123@aol.com", "x@a.b", "xx@a.b", "xxx@example.com", "XXX@example.com",
			"0xdeadbeef@example.com", "o'brien@xn--bcher-kva.example", "josé@example.com",
		},
		"telephone": {"5550100", "559-555-0100", "+1 (559) 555.0100", "559/5550100", "123456789012345"},
		"bank account": {"1", "0007", "A1", "1-2", "12345", "00012", "000123456789", "744-5678-99", "1917593249989988A", "12345678901234567",
			"X123456", "12N", "N1X2", "12AA6789", "XENON-1", "SAVINGS1"},
		"routing number": {"021000021", "121042882", "091000019"},
	} {
		s := subjectOfWord(t, word)
		for _, text := range texts {
			v, err := s.make(text)
			require.NoError(t, err, "%s %q", word, text)
			require.Equal(t, text, s.reveal(v).Text())
		}
	}
}

func TestTextOfAnotherShapeIsRefused(t *testing.T) {
	long := strings.Repeat
	for word, texts := range map[string][]string{
		"name": {"a\nb", "-", "...", long("é", 201), long("a", 201)},
		"address": {
			"1\n2\n3\n4\n5\n6\n7", "1 Weir Road\n", "\n1 Weir Road", "1 Weir Road\n\nDelano", "1 Weir Road \nDelano", "1 Weir Road\n Delano",
			"1 Weir Road\r\nDelano", "-", "1\n-", "1\n" + long("é", 101),
		},
		"e-mail": {
			"ada", "@example.com", "ada@", "ada@example", "ada@@example.com", "ada@weir@example.com", "Ada <ada@example.com>", "<ada@example.com>",
			"ada weir@example.com", "ada@exam ple.com", "ada@example.com,bob@example.com", `"ada weir"@example.com`,
			"ada@[127.0.0.1]", "ada(home)@example.com",
			".ada@example.com", "ada.@example.com", "a..b@example.com", "ada@.com", "ada@example.", "ada@example..com", "ada@-a.com", "ada@a-.com",
			"ada@a_b.com",
			"ada@bücher.example", "ada\n@example.com", long("a", 65) + "@example.com", "a@" + long("b", 64) + ".com",
			"a@" + long(long("b", 50)+".", 5) + "com",
		},
		"telephone": {
			"555010", "1234567890123456", "559-555-0100 x12", "1-800-FLOWERS", "559+5550100", "++15595550100", "559-555-0100\n", "５５９５５５０１００",
			"559-555-0100, 559-555-0101", "1" + long("-", 40) + "234567",
		},
		"bank account":   {"123456789012345678", "12 345", "abcdefgh", "abc", "a-b", "12345.6", "12345\n6", "１２３４５", "12345é"},
		"routing number": {"12104288", "1210428820", "121042883", "112042882", "000000000", "12104288A", "12104288<", "121-04288", "１２１０４２８８２"},
	} {
		s := subjectOfWord(t, word)
		for _, text := range append(texts, "", " ", "\t", "\u00a0", "\n", " "+s.plain, s.plain+" ", s.plain+"\u00a0", s.plain+"\n", "\n"+s.plain,
			s.plain+"\xff", s.plain+"\ufffd", s.plain+"\x00", s.plain+"\x7f", s.plain+"\u0085", s.plain+"\r", "a\t"+s.plain,
			"a\u2028"+s.plain, "a\u2029"+s.plain, "\ufeff"+s.plain, "\u202e"+s.plain, s.plain+"\u2066") {
			v, err := s.make(text)
			require.ErrorIs(t, err, private.ErrText, "%s %q", word, text)
			require.True(t, s.reveal(v).IsZero(), "what is refused is not returned")
			requireRemedy(t, err)
		}
	}
}

func requireRemedy(t *testing.T, err error) {
	t.Helper()
	var found *problem.Error
	require.ErrorAs(t, err, &found)
	require.NotEmpty(t, found.What)
	require.NotEmpty(t, found.Fix)
}

func TestRefusalSaysWhatIsWrong(t *testing.T) {
	for _, c := range []struct{ word, text, want string }{
		{"name", "Ada\xff", "is not UTF-8"},
		{"name", "Ada\ufffd", "character that was lost"},
		{"name", "\u00a0 ", "is blank"},
		{"name", "", "is blank"},
		{"name", "Ada\tWeir", "control character"},
		{"name", " Ada", "has blanks around it"},
		{"name", "Ada\nWeir", "has more than one line"},
		{"name", strings.Repeat("a", 201), "longer than 200 characters"},
		{"name", "--", "no letter and no digit"},
		{"address", "1 Weir Road\n Delano", "address, line 2, has blanks around it"},
		{"address", "1\n2\n3\n4\n5\n6\n7", "more than 6 lines"},
		{"e-mail", "a b@example.com", "holds a blank"},
		{"e-mail", "ada", "not exactly one @"},
		{"e-mail", "ada@weir@example.com", "not exactly one @"},
		{"e-mail", "ada@example", "no point in its domain"},
		{"e-mail", "ada@bücher.example", "xn--"},
		{"e-mail", "<ada@example.com", "a quote or a bracket"},
		{"telephone", " 5550100", "has blanks around it"},
		{"telephone", "555-0100 x2", "keep an extension beside it"},
		{"telephone", "555010", "not 7 to 15 digits"},
		{"bank account", "1234 5", "take blanks out"},
		{"bank account", "123456789012345678", "more than 17 characters"},
		{"bank account", "checking", "has no digit"},
		{"routing number", "12104288", "not nine digits"},
		{"routing number", "121042883", "wrong check digit"},
	} {
		_, err := subjectOfWord(t, c.word).make(c.text)
		require.ErrorContains(t, err, c.want, "%s %q", c.word, c.text)
	}
}

func TestShapesHaveTheirEdges(t *testing.T) {
	// The longest that is right stands beside the shortest that is wrong, so that no bound can slip by one.
	domain := func(n int) string { return strings.Repeat("b", n-61-1) + "." + strings.Repeat("c", 61) } // n characters
	for _, c := range []struct {
		word      string
		right     string
		wrong     string
		wrongCode problem.Code
	}{
		{"e-mail", strings.Repeat("a", 64) + "@" + domain(125), strings.Repeat("a", 65) + "@" + domain(124), private.ErrText},
		{"e-mail", "a@" + strings.Repeat("b", 63) + ".com", "a@" + strings.Repeat("b", 64) + ".com", private.ErrText},
		{
			"e-mail", strings.Repeat("a", 64) + "@" + strings.Repeat("b", 63) + "." + strings.Repeat("c", 63) + "." + strings.Repeat("d", 61),
			strings.Repeat("a", 64) + "@" + strings.Repeat("b", 63) + "." + strings.Repeat("c", 63) + "." + strings.Repeat("d", 62), private.ErrText,
		},
		{"name", strings.Repeat("a", 200), strings.Repeat("a", 201), private.ErrText},
		{"telephone", "1234567", "123456", private.ErrText},
		{"telephone", "123456789012345", "1234567890123456", private.ErrText},
		{"telephone", "1" + strings.Repeat(" ", 33) + "234567", "1" + strings.Repeat(" ", 34) + "234567", private.ErrText},
		{"bank account", "1", "A", private.ErrText},
		{"bank account", "12345678901234567", "123456789012345678", private.ErrText},
		{"bank account", "ABCDEFGHIJKLMOP1", "ABCDEFGHIJKLMOPQ", private.ErrText},
		{"bank account", "1N2N", "1NN2", private.ErrMask},
		{"bank account", "1AA2", "1AAA2", private.ErrMask},
		{"bank account", "1-2", "1--2", private.ErrMask},
		{"bank account", "X123456", "XX123456", private.ErrMask},
		{"name", "xx12", "xxx12", private.ErrMask},
		{"name", "*a", "**a", private.ErrMask},
		{"name", "##a", "###a", private.ErrMask},
		{"name", "a??", "a???", private.ErrMask},
		{"e-mail", "xxx@example.com", "xxxx@example.com", private.ErrMask},
		{"name", "XXX Co", "XXXX Co", private.ErrMask},
		{"name", "XXX Co", "XXX 12", private.ErrMask},
		{"name", "XXX Co", "xxx Co", private.ErrMask},
		{"name", "1 XXX Co", "1-XXX Co", private.ErrMask},
		{"name", "Weir [n", "Weir [no", private.ErrMask},
		{"name", "Weir [p", "Weir [pr", private.ErrMask},
		{"name", "e]", "me]", private.ErrMask},
		{"e-mail", "j@example.com", "j*@example.com", private.ErrMask},
	} {
		s := subjectOfWord(t, c.word)
		_, err := s.make(c.right)
		require.NoError(t, err, "%s %q", c.word, c.right)
		_, err = s.make(c.wrong)
		require.ErrorIs(t, err, c.wrongCode, "%s %q", c.word, c.wrong)
	}
}

func TestEverySingleWrongDigitOfARoutingNumberIsFound(t *testing.T) {
	const right = "121042882"
	for i := range len(right) {
		for digit := byte('0'); digit <= '9'; digit++ {
			text := right[:i] + string(digit) + right[i+1:]
			_, err := private.NewRoutingNumber(text)
			require.Equal(t, text == right, err == nil, text)
		}
	}
}

func TestMaskIsNeverReadBack(t *testing.T) {
	masks := []string{
		"[private key]", "[no key]", "[PRIVATE NAME]", "the [private name] of", "[private", "[private n", "[priv", "[no nam", "1 [private address]",
		"[pr", "[pri", "[no", "[no n", "[private nam…", "1 Weir Road [pri", "name]", "ivate name]", "private name]", "o name]", "[sealing key]",
		"[sealing", "[seal",
		"[sealing wax]", "the private name] of", "private bank account", "[Ada] [pri", "&#91;private name&#93;", "&#x5b;private na",
		"&lbrack;no name&rbrack;",
		"&amp;#91;no name&amp;#93;", "%5Bno name%5D", "%5bno%20name%5d", `\[no name\]`, "［no name］", "〔no name〕",
		"%5Bprivate na", "%5bno na", "ivate name%5D", "ivate name%5d", "ivate%20name]", `ivate name\]`, "【no na", "ivate name】", "1 Weir Road\nivate name]",
		"{{{0x53c0e0}}}", "&{0x4711}", "0x53c0e0", "(0x53c0e0)", "%!s(MISSING)", "%!d(string=Ada)", "%!(EXTRA string=Ada)", "Ada MISSING)",
		"<nil>", "&lt;nil&gt;",
		"{Ada <nil>}", "<no value>",
		"[REDACTED]", "redacted", "<Redacted>", "****6789", "••••6789", "**** **** 6789", "●●●6789", "███", "A█a W█r", "XXXX6789", "xxxxx",
		"XXX-XX-1234",
		"(xxx) xxx-0100", "…6789", "...6789", "ends in …6789", "…988A", "…A8BC", "####6789", "#########", "???", "* * 6789", "a****@example.com",
		"a***@e***.com", "Ada W***",
	}
	for _, s := range subjects() {
		v, err := s.make(s.plain)
		require.NoError(t, err)
		masks = append(masks, v.(interface{ String() string }).String(), deref(s.zero()).(interface{ String() string }).String())
	}
	forEach(t, func(t *testing.T, s subject, _ any) {
		for _, mask := range masks {
			if s.word == "e-mail" && strings.Contains(strings.ToLower(mask), "xxx") {
				_, err := s.make(mask)
				require.ErrorIs(t, err, private.ErrText, "people call themselves xxx123, but not without an @")
				continue
			}
			_, err := s.make(mask)
			require.ErrorIs(t, err, private.ErrMask, mask)
			requireRemedy(t, err)
			quoted, err := json.Marshal(mask)
			require.NoError(t, err)
			for _, into := range []any{s.zero(), s.wire()} {
				require.ErrorIs(t, json.Unmarshal(quoted, into), private.ErrMask, mask)
				require.ErrorIs(t, into.(interface{ UnmarshalText([]byte) error }).UnmarshalText([]byte(mask)), private.ErrMask, mask)
			}
			require.ErrorIs(t, s.wire().(interface{ Scan(any) error }).Scan(mask), private.ErrMask, mask)
		}
	})
}

func TestAccountOfWhichOnlyAPartIsShownIsAMask(t *testing.T) {
	for _, mask := range []string{
		"411111XXXXXX1111", "12XXXXX6789", "12xxxxx6789", "-----6789", "-6789", "6789-", "12--89", "X-6789", "x-6789", "12-X-89", "1234-XX",
		"N-6789", "NNNN6789", "12NN89",
		"YYYY6789", "12AAA89", "ENDING-6789", "Ending6789", "ENDS-IN-6789", "ENDSIN6789", "LAST4-6789", "LAST-FOUR-6789", "ACCT6789",
		"account-6789", "HIDDEN-1", "A--1",
	} {
		_, err := private.NewBankAccount(mask)
		require.ErrorIs(t, err, private.ErrMask, mask)
		requireRemedy(t, err)
	}
}

func TestLastFourGivesTheRestNotAway(t *testing.T) {
	for _, c := range []struct {
		number, want string
	}{
		{"1234567", ""}, {"12345678", "…5678"}, {"744-5678-99", "…7899"}, {"1-2-3-4-5-6-7", ""}, {"1917593249989988A", "…988A"}, {"1234ABCD", "…ABCD"},
		{"0007", ""},
	} {
		account, err := private.NewBankAccount(c.number)
		require.NoError(t, err)
		got, ok := account.LastFour()
		require.Equal(t, c.want, got, c.number)
		require.Equal(t, c.want != "", ok, c.number)
	}
	for _, c := range []struct {
		number, want string
	}{
		{"5550100", ""}, {"595550100", ""}, {"(559) 555-0123", "…0123"}, {"+1 559 555 01 23", "…0123"},
	} {
		telephone, err := private.NewTelephone(c.number)
		require.NoError(t, err)
		got, ok := telephone.LastFour()
		require.Equal(t, c.want, got, c.number)
		require.Equal(t, c.want != "", ok, c.number)
	}
	_, ok := private.BankAccount{}.LastFour()
	require.False(t, ok)
	_, ok = private.Telephone{}.LastFour()
	require.False(t, ok)
}

func TestLastFourIsNeverReadBack(t *testing.T) {
	account, err := private.NewBankAccount("1234ABCD")
	require.NoError(t, err)
	telephone, err := private.NewTelephone("559-555-0100")
	require.NoError(t, err)
	ofAccount, _ := account.LastFour()
	ofTelephone, _ := telephone.LastFour()
	for _, shown := range []string{ofAccount, ofTelephone} {
		for _, s := range subjects() {
			_, err := s.make(shown)
			require.ErrorIs(t, err, private.ErrMask, "%s %q: what a screen shows would be taken for the text", s.word, shown)
		}
	}
}
