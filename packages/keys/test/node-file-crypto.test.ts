import { nodeFileCrypto } from '../src/node-file-crypto.ts'
import { fileCryptoContract } from './file-crypto-contract.ts'

fileCryptoContract('Node.js', nodeFileCrypto)
