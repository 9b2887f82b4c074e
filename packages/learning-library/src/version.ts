/** The version of this package; a part of what decides about an output. A test holds it against `package.json`. */
export const version = '0.1.0';
