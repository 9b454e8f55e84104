// Command verify checks a whole transparency log with nothing but golang.org/x/mod/sumdb/{tlog,note}: the checkpoint's
// signature, every entry against its tile, every tile, and the root.
//
//	verify <folder or URL> <verifier key>
package main

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// tileHeight is fixed by C2SP tlog-tiles: 256 hashes a tile.
const tileHeight = 8

const maxFileBytes = 256*(2+65535) + 1

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: verify <folder or URL> <verifier key>")
		os.Exit(1)
	}
	entries, err := verify(opener(os.Args[1]), os.Args[2])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("verified %d entries\n", entries)
}

type readFunc func(path string) ([]byte, error)

func opener(base string) readFunc {
	if strings.HasPrefix(base, "http://") || strings.HasPrefix(base, "https://") {
		return func(path string) ([]byte, error) { return get(strings.TrimSuffix(base, "/") + "/" + path) }
	}
	return func(path string) ([]byte, error) {
		file, err := os.Open(filepath.Join(base, filepath.FromSlash(path)))
		if err != nil {
			return nil, err
		}
		defer file.Close()
		return io.ReadAll(io.LimitReader(file, maxFileBytes))
	}
}

func get(url string) ([]byte, error) {
	response, err := http.Get(url)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", url, response.Status)
	}
	return io.ReadAll(io.LimitReader(response.Body, maxFileBytes))
}

func verify(read readFunc, vkey string) (int64, error) {
	tree, err := openCheckpoint(read, vkey)
	if err != nil {
		return 0, fmt.Errorf("checkpoint: %w", err)
	}
	// ReadHashes of this reader checks every tile that it fetches against the tree's hash.
	hashes := tlog.TileHashReader(tree, &tiles{read: read})
	for first := int64(0); first < tree.N; first += 1 << tileHeight {
		width := tree.N - first
		if width > 1<<tileHeight {
			width = 1 << tileHeight
		}
		if err := checkBundle(read, hashes, first, width); err != nil {
			return 0, err
		}
	}
	root, err := tlog.TreeHash(tree.N, hashes)
	if err != nil {
		return 0, err
	}
	if root != tree.Hash {
		return 0, errors.New("the tiles lead to another root than the checkpoint's")
	}
	return tree.N, nil
}

func openCheckpoint(read readFunc, vkey string) (tlog.Tree, error) {
	verifier, err := note.NewVerifier(vkey)
	if err != nil {
		return tlog.Tree{}, err
	}
	data, err := read("checkpoint")
	if err != nil {
		return tlog.Tree{}, err
	}
	opened, err := note.Open(data, note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		return tlog.Tree{}, errors.New("it is not a checkpoint of this log")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 || strconv.FormatInt(size, 10) != lines[1] {
		return tlog.Tree{}, fmt.Errorf("%q is not a tree size", lines[1])
	}
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return tlog.Tree{}, fmt.Errorf("%q is not a root hash", lines[2])
	}
	tree := tlog.Tree{N: size}
	copy(tree.Hash[:], root)
	return tree, nil
}

func checkBundle(read readFunc, hashes tlog.HashReader, first, width int64) error {
	path := tilePath("entries", first>>tileHeight, int(width))
	data, err := read(path)
	if err != nil {
		return err
	}
	indexes := make([]int64, width)
	for i := range indexes {
		indexes[i] = tlog.StoredHashIndex(0, first+int64(i))
	}
	expected, err := hashes.ReadHashes(indexes)
	if err != nil {
		return err
	}
	for i, hash := range expected {
		if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
			return fmt.Errorf("%s: entry %d is cut off", path, i)
		}
		end := 2 + int(binary.BigEndian.Uint16(data))
		if got := tlog.RecordHash(data[2:end]); !bytes.Equal(got[:], hash[:]) {
			return fmt.Errorf("%s: entry %d has another hash than its tile says", path, i)
		}
		data = data[end:]
	}
	if len(data) > 0 {
		return fmt.Errorf("%s: bytes follow the last entry", path)
	}
	return nil
}

// tilePath is the tlog-tiles name of a tile: unlike tlog.Tile.Path it has no height, and writes levels bare.
func tilePath(level string, index int64, width int) string {
	path := fmt.Sprintf("%03d", index%1000)
	for index >= 1000 {
		index /= 1000
		path = fmt.Sprintf("x%03d/%s", index%1000, path)
	}
	if width < 1<<tileHeight {
		path = fmt.Sprintf("%s.p/%d", path, width)
	}
	return "tile/" + level + "/" + path
}

type tiles struct{ read readFunc }

func (t *tiles) Height() int                         { return tileHeight }
func (t *tiles) SaveTiles(_ []tlog.Tile, _ [][]byte) {}

func (t *tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	data := make([][]byte, len(wanted))
	for i, tile := range wanted {
		path := tilePath(strconv.Itoa(tile.L), tile.N, tile.W)
		content, err := t.read(path)
		if err != nil {
			return nil, err
		}
		if len(content) != tile.W*tlog.HashSize {
			return nil, fmt.Errorf("%s has %d bytes", path, len(content))
		}
		data[i] = content
	}
	return data, nil
}
