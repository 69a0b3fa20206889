package rates

import (
	"slices"

	"github.com/headgate-dev/headgate/billing/exact"
)

// A polynomial is a number that is not known yet, in terms of registers: the usage,
// numeric facts, and what cannot be expressed by sums and products of these. Its terms
// are in order, no two with the same registers.
type polynomial []monomial

// A monomial is a coefficient times registers, which are in order; one may stand more
// than once.
type monomial struct {
	coef exact.Ratio
	regs []int
}

// What a polynomial may hold; longer ones are not worth their while.
const (
	maxTerms  = 64
	maxDegree = 8
	// maxFactors is how many registers a term of a sum in a program may have.
	maxFactors = 3
)

func constantPolynomial(v exact.Ratio) polynomial {
	if v.IsZero() {
		return nil
	}
	return polynomial{{coef: v}}
}

func register(r int) polynomial { return polynomial{{coef: exact.Int(1), regs: []int{r}}} }

// constant is the value of a polynomial without registers.
func (p polynomial) constant() (exact.Ratio, bool) {
	switch {
	case len(p) == 0:
		return exact.Ratio{}, true
	case len(p) == 1 && len(p[0].regs) == 0:
		return p[0].coef, true
	}
	return exact.Ratio{}, false
}

func (p polynomial) plus(q polynomial) polynomial {
	sum := make(polynomial, 0, len(p)+len(q))
	for len(p) > 0 && len(q) > 0 {
		switch c := slices.Compare(p[0].regs, q[0].regs); {
		case c < 0:
			sum, p = append(sum, p[0]), p[1:]
		case c > 0:
			sum, q = append(sum, q[0]), q[1:]
		default:
			if coef := p[0].coef.Add(q[0].coef); !coef.IsZero() {
				sum = append(sum, monomial{coef, p[0].regs})
			}
			p, q = p[1:], q[1:]
		}
	}
	return append(append(sum, p...), q...)
}

// times multiplies by a constant.
func (p polynomial) times(v exact.Ratio) polynomial {
	if v.IsZero() {
		return nil
	}
	product := make(polynomial, len(p))
	for i, m := range p {
		product[i] = monomial{m.coef.Mul(v), m.regs}
	}
	return product
}

// mul multiplies two polynomials; ok is false where the product is too long.
func (p polynomial) mul(q polynomial) (product polynomial, ok bool) {
	for _, m := range q {
		part := make(polynomial, len(p))
		for i, n := range p {
			regs := append(slices.Clone(n.regs), m.regs...)
			slices.Sort(regs)
			if len(regs) > maxDegree {
				return nil, false
			}
			part[i] = monomial{n.coef.Mul(m.coef), regs}
		}
		slices.SortFunc(part, func(a, b monomial) int { return slices.Compare(a.regs, b.regs) })
		if product = product.plus(part); len(product) > maxTerms {
			return nil, false
		}
	}
	return product, true
}

// register is the register that a polynomial is.
func (p polynomial) register() (int, bool) {
	if len(p) == 1 && len(p[0].regs) == 1 && p[0].coef.Equal(exact.Int(1)) {
		return p[0].regs[0], true
	}
	return 0, false
}

// equal says whether two polynomials are the same.
func (p polynomial) equal(q polynomial) bool {
	return slices.EqualFunc(p, q, func(a, b monomial) bool { return a.coef.Equal(b.coef) && slices.Equal(a.regs, b.regs) })
}

// within is by how much a sum of two or more registers stands in another polynomial.
func (p polynomial) within(q polynomial) (factor exact.Ratio, ok bool) {
	found := 0
	for _, m := range p {
		if len(m.regs) == 0 {
			continue
		}
		i := slices.IndexFunc(q, func(n monomial) bool { return slices.Equal(n.regs, m.regs) })
		if i < 0 {
			return factor, false
		}
		of, err := q[i].coef.Quo(m.coef)
		if err != nil || found > 0 && !of.Equal(factor) || !of.IsInt() {
			return factor, false
		}
		factor = of
		found++
	}
	return factor, found > 1
}

// degree is the most registers of a term.
func (p polynomial) degree() int {
	most := 0
	for _, m := range p {
		most = max(most, len(m.regs))
	}
	return most
}
