package scanline

// The routines that were found published. Each names where; the vectors of these sources prove them.

// Luhn is IBM's modulus 10: 2 and 1 in turn from the right, digits of the products, complement. It misses no wrong digit, and of swapped
// neighbors only 09 and 90.
func Luhn() Routine {
	return Routine{Name: "Luhn", Source: "IBM modulus 10 (docsbay.net, ibm-mod-10-and-11)", Weights: []int{2, 1}, DigitSum: true, Modulus: 10, Complement: true}
}

// Mod10Left is as Luhn's, from the left: the two are the same for numbers with an odd count of digits before the check digit.
func Mod10Left() Routine {
	return Routine{Name: "modulus 10, 2 1 from the left", Source: "Creditron (creditron.com, sample check digit); Naviga (docs.navigaglobal.com, account-invoice scan line)",
		Weights: []int{2, 1}, FromLeft: true, DigitSum: true, Modulus: 10, Complement: true}
}

// Mod10Products is 2 and 1 in turn from the right with the products themselves. It misses one wrong digit in 18: 0 for 5, 1 for 6.
func Mod10Products() Routine {
	return Routine{Name: "modulus 10, 2 1, products", Source: "ftpconsulting.com, check digit", Weights: []int{2, 1}, Modulus: 10, Complement: true}
}

// Mod10731 is 7, 3 and 1 in turn from the right, as Estonian and Finnish references have it.
func Mod10731() Routine {
	return Routine{Name: "modulus 10, 7 3 1", Source: "pangaliit.ee, reference number of the invoice; knowledge.xmldation.com, Finnish reference number", Weights: []int{7, 3, 1}, Modulus: 10, Complement: true}
}

// Mod10Plain adds the digits.
func Mod10Plain() Routine {
	return Routine{Name: "modulus 10, unweighted", Source: "PSC Falcon manual, F-43", Weights: []int{1}, Modulus: 10, Complement: true}
}

// Geometric is 2, 4, 8 … from the left, and the remainder.
func Geometric() Routine {
	return Routine{Name: "modulus 10, doubling weights", Source: "sces.org, check digit", Weights: []int{2}, Progress: Multiplied, FromLeft: true, Modulus: 10}
}

// Mod11 is IBM's modulus 11: 2 to 7 in turn from the right, complement. A number whose check digit would be 10 is refused; set Ten for a
// letter.
func Mod11() Routine {
	return Routine{Name: "modulus 11", Source: "IBM modulus 11 (docsbay.net, ibm-mod-10-and-11)", Weights: []int{2, 3, 4, 5, 6, 7}, Modulus: 11, Complement: true}
}

// ABA is the check digit of routing numbers of American banks: 3, 7 and 1 in turn from the left, the check digit included.
func ABA() Routine {
	return Routine{Name: "ABA routing number", Source: "American Bankers Association, routing number", Weights: []int{3, 7, 1}, FromLeft: true, Modulus: 10, Included: true}
}

// ByPosition weighs each digit by its place, 1, 2, 3 … from an end, the check digit included, with the digits of the products or these
// themselves, as scanners of bar codes do.
func ByPosition(fromLeft, digitSum bool, modulus int) Routine {
	return Routine{Name: "by position", Source: "Zebra CR6080 manual, pages 349 and 350", Weights: []int{1}, Progress: Counted, FromLeft: fromLeft, DigitSum: digitSum, Modulus: modulus, Included: true}
}
