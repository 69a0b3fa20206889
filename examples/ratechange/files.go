package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/headgate-dev/headgate/adapters/table"
	"github.com/headgate-dev/headgate/billing/problem"
)

// verifyFiles refuses, before anything is done, files that would be written over what is read, or cannot be written.
func (o *options) verifyFiles() error {
	if o.out != "" {
		if err := writable("-out", o.out); err != nil {
			return err
		}
		for _, name := range append([]string{o.before, o.after, o.accounts}, o.golden...) {
			if sameFile(name, o.out) {
				return fmt.Errorf("-out %s is a file that is read; give the report a name of its own", o.out)
			}
		}
	}
	if o.suggest != "" {
		if _, err := os.Lstat(o.suggest); err == nil {
			return fmt.Errorf("-suggest %s is there already, and may hold bills that somebody has worked out; give another name", o.suggest)
		}
		if err := writable("-suggest", o.suggest); err != nil {
			return err
		}
		if o.out != "" && filepath.Clean(o.out) == filepath.Clean(o.suggest) {
			return errors.New("-out and -suggest name the same file; give each a name of its own")
		}
	}
	if o.tables != "" {
		if info, err := os.Stat(o.tables); err == nil && !info.IsDir() {
			return fmt.Errorf("-tables %s is a file; name a folder", o.tables)
		}
	}
	return nil
}

// writable refuses a name that no plain file can have.
func writable(flag, name string) error {
	if info, err := os.Stat(name); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("%s %s is no plain file; give the name of one", flag, name)
	}
	folder := filepath.Dir(name)
	info, err := os.Stat(folder)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s %s: there is no folder %s; make it first", flag, name, folder)
	case err != nil:
		return fmt.Errorf("%s: %w", flag, err)
	case !info.IsDir():
		return fmt.Errorf("%s %s: %s is no folder", flag, name, folder)
	}
	return nil
}

func sameFile(one, other string) bool {
	a, errA := os.Stat(one)
	b, errB := os.Stat(other)
	return errA == nil && errB == nil && os.SameFile(a, b)
}

// writeFiles writes what the flags ask for, and says which files it has written.
func (r *result) writeFiles() (written []string, err error) {
	write := func(flag, name string, to func(io.Writer) error) {
		if e := writeWhole(name, to); e != nil {
			err = errors.Join(err, fmt.Errorf("%s: %w; %s is not written", flag, e, name))
			return
		}
		written = append(written, name)
	}
	if r.out != "" {
		report := r.report()
		write("-out", r.out, report.WriteHTML)
	}
	if r.tables != "" {
		tables := table.Impact(&r.impact)
		if e := os.MkdirAll(r.tables, 0o755); e != nil {
			return written, errors.Join(err, fmt.Errorf("-tables: %w", e))
		}
		for _, t := range tables {
			write("-tables", filepath.Join(r.tables, t.Name+".csv"), func(w io.Writer) error { return table.WriteCSV(w, t) })
		}
		write("-tables", filepath.Join(r.tables, "impact.md"), func(w io.Writer) error {
			for _, t := range tables {
				if err := table.WriteMarkdown(w, t); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if r.suggest != "" && r.suggested != nil {
		write("-suggest", r.suggest, func(w io.Writer) error {
			_, err := w.Write(r.suggested)
			return err
		})
	}
	return written, err
}

// writeWhole writes a file whole or not at all: under another name first, which then becomes its own.
func writeWhole(name string, to func(io.Writer) error) error {
	var text bytes.Buffer
	if err := to(&text); err != nil {
		return err
	}
	if real, err := filepath.EvalSymlinks(name); err == nil {
		name = real // a link stays a link
	}
	mode := fs.FileMode(0o644)
	if info, err := os.Stat(name); err == nil {
		mode = info.Mode().Perm()
	}
	f, err := createBeside(name, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(text.Bytes())
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	folder, err := os.Open(filepath.Dir(name))
	if err != nil {
		return err
	}
	return errors.Join(folder.Sync(), folder.Close())
}

// createBeside makes a file with a name that nobody has, in the folder of another.
func createBeside(name string, mode fs.FileMode) (f *os.File, err error) {
	for i := range 100 {
		f, err = os.OpenFile(name+".part"+strconv.Itoa(i), os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
		if !errors.Is(err, fs.ErrExist) {
			break
		}
	}
	return f, err
}

// problemsOf are the problems that an error is of.
func problemsOf(err error) problem.List {
	var all problem.List
	var one *problem.Error
	switch {
	case errors.As(err, &all):
	case errors.As(err, &one):
		all.Add(one)
	}
	return all
}
