// Package bench measures how fast bills are priced, and proves first that they are
// priced right. It is a module of its own, so that what it compares with reaches no
// one who imports the engine.
//
//	go test                       // every form agrees with math/big, to the cent
//	go test -bench . -count 10    // what each form takes for a bill
//	go test -run Gates -gates     // the ratios that the engine must reach
//
// A form is one way of pricing a bill: by hand in int64 (the floor), with a decimal
// library, by the engine. The reference bill (reference.go) is priced in every form;
// three schedules that are in force somewhere (ord.go, santa_monica.go, moulton.go)
// by hand, with shopspring/decimal and by the engine.
package bench
