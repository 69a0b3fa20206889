package scanline

// Luhn is the mod 10 of bank cards, and of most account numbers: weights 2, 1 from the right, digits of the products, complement.
// Prefer it where there is one check digit: it sees every single wrong digit, and all swapped neighbors but 09 and 90.
// Source: ISO/IEC 7812-1; docsbay.net, IBM mod 10 and 11.
func Luhn() Routine {
	return Routine{
		Name: "Luhn", Weights: []int{2, 1}, Direction: FromRight, Sum: DigitSums, Modulus: 10, Result: Complement, Digits: 1,
	}
}

// LeftLuhn is Luhn with the weights from the left. It is Luhn for payloads of odd lengths alone: take the one that the bank states.
// Source: creditron.com, sample check digit; docs.navigaglobal.com, account invoice scan line format.
func LeftLuhn() Routine {
	r := Luhn()
	r.Name, r.Direction = "Luhn from the left", FromLeft
	return r
}

// Products21 is Luhn with the products themselves. It does not see 0 for 5, 1 for 6 and so on in every second place, but every swap.
// Source: ftpconsulting.com, check digit.
func Products21() Routine {
	r := Luhn()
	r.Name, r.Sum = "2121 products", Products
	return r
}

// Weights731 is the mod 10 of Finnish and Estonian invoice references: weights 7, 3, 1 from the right, products, complement. It does not
// see neighbors swapped that are 5 apart.
// Source: pangaliit.ee, reference number of the invoice; knowledge.xmldation.com.
func Weights731() Routine {
	return Routine{
		Name: "731", Weights: []int{7, 3, 1}, Direction: FromRight, Sum: Products, Modulus: 10, Result: Complement, Digits: 1,
	}
}

// ABA is that of the routing numbers of banks in the United States: of nine digits, weighed 3, 7, 1 from the left with the check
// digit as the last, the sum leaves 0.
// Source: the American Bankers Association's rule for routing numbers.
func ABA() Routine {
	return Routine{
		Name: "ABA", Weights: []int{3, 7, 1}, Direction: FromLeft, Sum: Products, Modulus: 10, Result: Complement, Included: true, Digits: 1,
		Shortest: 8, Longest: 8,
	}
}

// Geometric248 has the weights 2, 4, 8, 16 … from the left, products, and the remainder of mod 10. All weights are even, so that it sees
// no difference between digits 5 apart, wrong or swapped: read it where it must be, choose another.
// Source: sces.org, check digit.
func Geometric248() Routine {
	return Routine{
		Name: "geometric 2, 4, 8", Weights: []int{2}, Factor: 2, Direction: FromLeft, Sum: Products, Modulus: 10, Result: Remainder, Digits: 1,
	}
}

// Mod11 is IBM's: weights 2 to 7 from the right, products, complement, 11 is 0. One payload of eleven needs a 10 and has no check digit;
// set Letters to "X" where the bank writes one.
// Source: docsbay.net, IBM mod 10 and 11.
func Mod11() Routine {
	return Routine{
		Name: "mod 11", Weights: []int{2, 3, 4, 5, 6, 7}, Direction: FromRight, Sum: Products, Modulus: 11, Result: Complement, Digits: 1,
	}
}

// Unweighted is the complement of the sum of the digits. It sees no swap.
// Source: PSC Falcon manual, page F-43.
func Unweighted() Routine {
	return Routine{
		Name: "unweighted", Weights: []int{1}, Direction: FromLeft, Sum: Products, Modulus: 10, Result: Complement, Digits: 1,
	}
}

// Mod97 has two check digits behind the payload, 98 less the remainder of the payload times 100: the whole number leaves 1. Prefer it
// where the length allows.
// Source: ISO 7064, mod 97-10.
func Mod97() Routine {
	return Routine{
		Name: "mod 97-10", Weights: []int{100}, Factor: 10, Direction: FromRight, Sum: Products, Modulus: 97, Result: ToOne, Digits: 2,
	}
}

// RF is that of creditor references: RF, the two check digits of mod 97-10, and 1 to 21 digits and capital letters, without the blanks
// that are printed between them. The first four are weighed behind the rest, letters as 10 to 35, and the whole leaves 1. A payload
// is what stands after the check digits.
// Source: ISO 11649, ISO 7064.
func RF() Routine {
	r := Mod97()
	r.Name, r.Alphanumeric, r.Prefix, r.Longest = "RF", true, "RF", 21
	return r
}
