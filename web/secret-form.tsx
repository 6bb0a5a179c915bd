/** A small form that asks for one secret, and says what was wrong with the last one. */
import { useEffect, useId, useRef } from "preact/hooks";

export interface SecretFormProps {
  readonly label: string;
  /** On the button. */
  readonly action: string;
  readonly isBusy: boolean;
  /** A sentence. */
  readonly problem: string | undefined;
  /** For a page that has nothing else; elsewhere it would take the focus from what is being written. */
  readonly takesFocus?: boolean;
  readonly onSubmit: (secret: string) => void;
}

export function SecretForm(props: SecretFormProps) {
  const { label, action, isBusy, problem, takesFocus = false, onSubmit } = props;
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (takesFocus) field.current?.focus();
  }, [takesFocus]);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const secret = new FormData(event.currentTarget as HTMLFormElement).get("secret");
    if (typeof secret === "string") onSubmit(secret);
  };
  return (
    <form class="secret-form" onSubmit={submit}>
      <label for={id}>{label}</label>
      <div class="secret-line">
        <input
          id={id}
          ref={field}
          class="field"
          name="secret"
          type="password"
          required
          maxLength={200}
          autocomplete="current-password"
          aria-describedby={`${id}-problem`}
          aria-invalid={problem !== undefined}
        />
        <button class="button primary" type="submit" aria-disabled={isBusy}>
          {action}
        </button>
      </div>
      <p class="problem" id={`${id}-problem`} role="alert">
        {problem}
      </p>
    </form>
  );
}
