// Numbers that a person types.

// The number in a field, or null if it is empty or holds one that the field does not allow. Browsers are not exact about whole numbers.
export function numberIn({valueAsNumber: value, validity, step}) {
  const allowed = validity.valid && (step === "any" ? Number.isFinite(value) : Number.isSafeInteger(value));
  return allowed ? value : null;
}

// What a field takes, for whoever typed something else.
export const takes = (what, {min, max, step}) => `The ${what} has to be ${step === "any" ? "a number" : "a whole number"} from ${min} to ${max}.`;
