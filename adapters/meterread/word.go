package meterread

const wordSize = 8

// word is where the bytes of a field of at most eight columns stand in eight bytes of its line: so short a field is compared at once.
type word struct {
	from  int
	shift uint
	mask  uint64 // 0 where the field has none
}

// wordOf is the word of the columns from start to end, from 0, of lines of that width at least.
func wordOf(start, end, width int) word {
	const size = wordSize
	n := end - start
	if start < 0 || n < 1 || n > size || end > width || width < size {
		return word{}
	}
	w := word{from: start, mask: ^uint64(0) >> (8 * uint(size-n))}
	if start+size > width {
		w.from, w.shift = width-size, 8*uint(start+size-width)
	}
	return w
}

// of is the bytes, the first lowest.
func (w *word) of(line string) uint64 { return eight(line[w.from:]) >> (w.shift & 63) & w.mask }

// eight is the first eight bytes of a text, the first lowest.
func eight(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 | uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// blank reports whether all bytes are blanks.
func (w *word) blank(bytes uint64) bool { return bytes == 0x2020202020202020&w.mask }

// digits reports whether all bytes are digits.
func (w *word) digits(bytes uint64) bool {
	const zeros, six, high = 0x3030303030303030, 0x0606060606060606, 0xF0F0F0F0F0F0F0F0
	bytes |= zeros &^ w.mask
	return bytes&high == zeros && (bytes+six)&high == zeros
}
