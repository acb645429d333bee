/** Whether anybody may register: a setting of the installation, which an operator changes. Closed until then. */
export interface RegistrationStore {
  isOpen(): Promise<boolean>
}
