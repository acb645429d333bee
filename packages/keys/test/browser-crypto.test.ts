import { browserCrypto } from '@chancery/key-files'
import { fileCryptoContract } from './file-crypto-contract.ts'

fileCryptoContract('what browsers have', browserCrypto)
