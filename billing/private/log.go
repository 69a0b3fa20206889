package private

// Nothing is logged here: a value can tell a log what to write only in the words of the log's own package.
import "log/slog" //nolint:depguard // slog.LogValuer is met by no type that does not name slog.Value

// LogValue is the mask.
func (v veil[K]) LogValue() slog.Value { return slog.StringValue(v.String()) }

// LogValue is the mask: a log would take the text that MarshalText and MarshalJSON give.
func (r Revealed[T]) LogValue() slog.Value { return slog.StringValue(r.String()) }
