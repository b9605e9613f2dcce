// Demonstration accounts: one click fills the form and signs in.
document.addEventListener("click", (event) => {
  const account = event.target.closest("[data-fill-login]");
  if (!account) return;
  const form = document.getElementById("sign-in");
  form.elements.login.value = account.dataset.fillLogin;
  form.elements.password.value = account.dataset.fillPassword;
  form.requestSubmit();
});
