import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decryptRc2Cbc } from '../src/rc2.ts'

test('RFC 2268 §5: the test vectors of RC2', () => {
  const vectors: readonly (readonly [number, string, string, string])[] = [
    [63, '0000000000000000', '0000000000000000', 'ebb773f993278eff'],
    [64, 'ffffffffffffffff', 'ffffffffffffffff', '278b27e42e2f0d49'],
    [64, '3000000000000000', '1000000000000001', '30649edf9be7d2c2'],
    [64, '88', '0000000000000000', '61a8a244adacccf0'],
    [64, '88bca90e90875a', '0000000000000000', '6ccf4308974c267f'],
    [64, '88bca90e90875a7f0f79c384627bafb2', '0000000000000000', '1a807d272bbe5db1'],
    [128, '88bca90e90875a7f0f79c384627bafb2', '0000000000000000', '2269552ab0f85ca6'],
    [129, '88bca90e90875a7f0f79c384627bafb216f80a6f85920584c42fceb0be255daf1e', '0000000000000000', '5b78d3a43dfff1f1'],
  ]
  for (const [bits, key, plaintext, ciphertext] of vectors) {
    const iv = new Uint8Array(8)
    const decrypted = decryptRc2Cbc(Uint8Array.fromHex(key), bits, iv, Uint8Array.fromHex(ciphertext))
    assert.equal(decrypted.toHex(), plaintext)
  }
})
