// Verifies a tiled log that lies in a folder, with the packages for signed notes and transparency logs of Go's own module system
// (golang.org/x/mod/sumdb): `verify-log <folder> <key>`. Prints size and root, or ends with what is wrong.
package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// folder reads tiles where C2SP tlog-tiles has them. Go's own paths name the height of a tile as well.
type folder string

func (f folder) Height() int                         { return 8 }
func (f folder) SaveTiles(_ []tlog.Tile, _ [][]byte) {}

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	read := make([][]byte, len(tiles))
	for i, tile := range tiles {
		hashes, err := os.ReadFile(filepath.Join(string(f), "tile", strings.TrimPrefix(tile.Path(), "tile/8/")))
		if err != nil {
			return nil, err
		}
		read[i] = hashes
	}
	return read, nil
}

func main() {
	log.SetFlags(0)
	dir := folder(os.Args[1])
	tree, err := checkpoint(dir, os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	indexes := make([]int64, tree.N)
	for i := range indexes {
		indexes[i] = tlog.StoredHashIndex(0, int64(i))
	}
	// Checks every hash that it reads against the root of the tree.
	leaves, err := tlog.TileHashReader(tree, dir).ReadHashes(indexes)
	if err != nil {
		log.Fatal(err)
	}
	for first := int64(0); first < tree.N; first += 256 {
		if err := bundle(dir, first, leaves); err != nil {
			log.Fatal(err)
		}
	}
	fmt.Println(tree.N, tree.Hash)
}

func checkpoint(dir folder, key string) (tlog.Tree, error) {
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return tlog.Tree{}, err
	}
	signed, err := os.ReadFile(filepath.Join(string(dir), "checkpoint"))
	if err != nil {
		return tlog.Tree{}, err
	}
	opened, err := note.Open(signed, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	var name, root string
	tree := tlog.Tree{}
	if _, err := fmt.Sscanf(opened.Text, "%s\n%d\n%s\n", &name, &tree.N, &root); err != nil {
		return tlog.Tree{}, err
	}
	if name != verifier.Name() {
		return tlog.Tree{}, fmt.Errorf("the checkpoint is of %s", name)
	}
	tree.Hash, err = tlog.ParseHash(root)
	return tree, err
}

// bundle holds up to 256 entries against their leaves.
func bundle(dir folder, first int64, leaves []tlog.Hash) error {
	width := int64(len(leaves)) - first
	if width > 256 {
		width = 256
	}
	tile := tlog.Tile{H: 8, L: 0, N: first / 256, W: int(width)}
	entries, err := os.ReadFile(filepath.Join(string(dir), "tile/entries", strings.TrimPrefix(tile.Path(), "tile/8/0/")))
	if err != nil {
		return err
	}
	rest := bytes.NewBuffer(entries)
	for i := first; i < first+width; i++ {
		length := rest.Next(2)
		if len(length) < 2 || tlog.RecordHash(rest.Next(int(binary.BigEndian.Uint16(length)))) != leaves[i] {
			return fmt.Errorf("entry %d is not the one of its leaf", i)
		}
	}
	if rest.Len() > 0 {
		return fmt.Errorf("something follows entry %d", first+width-1)
	}
	return nil
}
