/** The file that a key comes down in. */
export type FileForm = 'pkcs12' | 'pkcs12-older' | 'pem' | 'pem-encrypted'

/** Where a certificate is to be used, and how it gets there. */
export interface System {
  readonly id: string
  readonly label: string
  readonly form: FileForm
  /** What somebody does with the file; `FILE` stands for its name. */
  readonly steps: readonly string[]
}

const DELETE = 'When it works, delete the file, or keep it where nobody else comes: it holds your key.'

const WINDOWS = [
  'Double-click FILE and choose Current User; for a service of this computer choose Local Machine.',
  'Type the password. Leave “Mark this key as exportable” off unless you mean to take the key elsewhere.',
  'Let Windows choose the store, and finish.',
  DELETE,
]
const MACOS = [
  'Double-click FILE: Keychain Access opens.',
  'Choose the keychain “login” and type the password.',
  DELETE,
]
const IOS = [
  'Open FILE on the device: from Files, or from a mail to yourself.',
  'Settings › General › VPN & Device Management: choose the profile, and Install.',
  'Type the code of the device, then the password of the file.',
  DELETE,
]
const ANDROID = [
  'Settings › Security › Encryption & credentials › Install a certificate › VPN & app user certificate (or Wi-Fi).',
  'Choose FILE and type the password.',
  DELETE,
]
const JAVA = [
  'Name FILE where the program asks for its keystore, of type PKCS12, with the password: -Djavax.net.ssl.keyStore=FILE -Djavax.net.ssl.keyStoreType=PKCS12.',
  'What is in it: keytool -list -v -keystore FILE',
]

/** In the order in which they are offered. */
export const SYSTEMS: readonly System[] = [
  { id: 'windows', label: 'Windows 10, 11, Server 2019 and newer', form: 'pkcs12', steps: WINDOWS },
  { id: 'windows-older', label: 'Windows 8, Server 2016 and older', form: 'pkcs12-older', steps: WINDOWS },
  { id: 'macos', label: 'macOS 13 and newer', form: 'pkcs12', steps: MACOS },
  { id: 'macos-older', label: 'macOS 12 and older', form: 'pkcs12-older', steps: MACOS },
  { id: 'ios', label: 'iPhone, iPad: iOS 16 and newer', form: 'pkcs12', steps: IOS },
  { id: 'ios-older', label: 'iPhone, iPad: iOS 15 and older', form: 'pkcs12-older', steps: IOS },
  { id: 'android', label: 'Android 13 and newer', form: 'pkcs12', steps: ANDROID },
  { id: 'android-older', label: 'Android 12 and older', form: 'pkcs12-older', steps: ANDROID },
  {
    id: 'firefox',
    label: 'Firefox, Thunderbird',
    form: 'pkcs12',
    steps: [
      'Settings › Privacy & Security › Certificates › View Certificates › Your Certificates › Import.',
      'Choose FILE and type the password.',
      DELETE,
    ],
  },
  {
    id: 'linux',
    label: 'Linux: Chromium, Chrome, Evolution',
    form: 'pkcs12',
    steps: ['pk12util -d sql:$HOME/.pki/nssdb -i FILE', 'Type the password, and start the program again.', DELETE],
  },
  {
    id: 'server',
    label: 'A server: nginx, Apache, HAProxy …',
    form: 'pem',
    steps: [
      'Copy FILE to the server where its administrator alone can read it: chmod 600 FILE. The key in it has no password, so that the server starts by itself.',
      'nginx: ssl_certificate and ssl_certificate_key both name it. Apache: SSLCertificateFile. HAProxy: bind … ssl crt FILE.',
      'Delete the copy on this computer.',
    ],
  },
  {
    id: 'pem-encrypted',
    label: 'A program that reads PEM: OpenVPN, curl …',
    form: 'pem-encrypted',
    steps: [
      'FILE has the certificate, those above it and the key, which the password opens.',
      'curl --cert FILE https://…',
      DELETE,
    ],
  },
  { id: 'java', label: 'Java 17, 11.0.12, 8u301 and newer', form: 'pkcs12', steps: JAVA },
  { id: 'java-older', label: 'Java before these', form: 'pkcs12-older', steps: JAVA },
  {
    id: 'other',
    label: 'Something else that is current',
    form: 'pkcs12',
    steps: ['Most programs call it “import a certificate”, PKCS#12 or PFX, and ask for the password.', DELETE],
  },
]

/** What a file's form is called, and what protects it. */
export const FORMS: Readonly<Record<FileForm, { readonly words: string; readonly extension: 'p12' | 'pem' }>> = {
  pkcs12: { words: 'PKCS#12, AES-256 and SHA-256', extension: 'p12' },
  'pkcs12-older': {
    words: 'PKCS#12 by the older algorithms (triple DES, SHA-1), which this system needs: choose a long password',
    extension: 'p12',
  },
  pem: { words: 'PEM, the key without a password', extension: 'pem' },
  'pem-encrypted': { words: 'PEM, the key encrypted by AES-256', extension: 'pem' },
}

export function systemOf(id: string): System {
  const found = SYSTEMS.find((system) => system.id === id) ?? SYSTEMS.at(-1)
  if (found === undefined) throw new Error('there are no systems')
  return found
}

/** The one to propose: certificates of hosts are for servers, others mostly for the device at hand. */
export function likelySystem(names: readonly { readonly type: string }[], userAgent: string): string {
  if (names.length > 0 && names.every(({ type }) => type === 'dns' || type === 'ip')) return 'server'
  const found = DEVICES.find(([pattern]) => pattern.test(userAgent))
  return found?.[1] ?? 'other'
}

const DEVICES: readonly (readonly [RegExp, string])[] = [
  [/iPhone|iPad/, 'ios'],
  [/Android/, 'android'],
  [/Windows/, 'windows'],
  [/Mac OS/, 'macos'],
  [/Linux/, 'linux'],
]
