package policy

import (
	"slices"
	"strings"

	"github.com/headgate-dev/headgate/billing/problem"
)

// Word is the word of a choice that is counted from 1, as policy files write it. That of any other is "not stated".
func Word[T ~uint8](choice T, words ...string) string {
	if choice < 1 || int(choice) > len(words) {
		return "not stated"
	}
	return words[choice-1]
}

// ReadWord reads a choice by its word, and nothing else: an error of the code. On an error the choice stays as it was.
func ReadWord[T ~uint8](choice *T, code problem.Code, text []byte, words ...string) error {
	i := slices.Index(words, string(text))
	if i < 0 {
		return &problem.Error{Code: code, What: "it is none of the choices", Fix: "state " + strings.Join(words, " or ")}
	}
	*choice = T(i) + 1
	return nil
}
