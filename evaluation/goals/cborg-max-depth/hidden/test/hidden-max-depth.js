import assert from 'node:assert/strict'
import { decode, decodeFirst } from '../cborg.js'
import { decode as decodeJson } from '../lib/json/json.js'

const bytes = (...numbers) => Uint8Array.from(numbers)

const refused = (run) => assert.throws(run, (error) => /^CBOR decode error.*maxDepth/.test(error.message))

// Arrays of one element, that many in each other.
const arrays = (depth) => bytes(...Array(depth).fill(0x81), 1)

describe('maxDepth', () => {
  it('sets no limit by default', () => {
    assert.equal(JSON.stringify(decode(arrays(200))), '['.repeat(200) + '1' + ']'.repeat(200))
  })

  it('accepts what is as deep as it says', () => {
    assert.equal(decode(bytes(1), { maxDepth: 0 }), 1)
    assert.deepEqual(decode(arrays(3), { maxDepth: 3 }), [[[1]]])
    assert.deepEqual(decode(bytes(0xa1, 0x61, 0x61, 0x81, 1), { maxDepth: 2 }), { a: [1] })
  })

  it('refuses deeper arrays', () => {
    refused(() => decode(arrays(4), { maxDepth: 3 }))
    refused(() => decode(arrays(1), { maxDepth: 0 }))
    refused(() => decodeFirst(arrays(2), { maxDepth: 1 }))
    refused(() => decode(bytes(0x9f, 0x9f, 0xff, 0xff), { maxDepth: 1 }))
  })

  it('refuses deeper maps', () => {
    refused(() => decode(bytes(0xa1, 0x61, 0x61, 0xa1, 0x61, 0x62, 1), { maxDepth: 1 }))
    refused(() => decode(bytes(0xa1, 0xa1, 1, 2, 3), { maxDepth: 1, useMaps: true }))
  })

  it('counts tags', () => {
    const tags = []
    tags[8] = (value) => value
    assert.equal(decode(bytes(0xc8, 1), { tags, maxDepth: 1 }), 1)
    refused(() => decode(bytes(0xc8, 0x81, 1), { tags, maxDepth: 1 }))
  })

  it('does not count what lies side by side', () => {
    assert.deepEqual(decode(bytes(0x83, 0x81, 1, 0x81, 2, 0x81, 3), { maxDepth: 2 }), [[1], [2], [3]])
  })

  it('holds for JSON', () => {
    const text = (json) => new TextEncoder().encode(json)
    assert.deepEqual(decodeJson(text('[[1],{"a":2}]'), { maxDepth: 2 }), [[1], { a: 2 }])
    refused(() => decodeJson(text('[[[1]]]'), { maxDepth: 2 }))
  })
})
