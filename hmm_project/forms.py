"""The first account."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import SetPasswordMixin, UsernameField
from django.contrib.auth.models import User
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import transaction

from hmm_project.access import OWNER


class OwnerForm(SetPasswordMixin, forms.Form):  # type: ignore[type-arg]  # not generic at run time
    """Makes the owner, who may do everything, in the admin too."""

    username = UsernameField(
        label="Name", max_length=150, initial=OWNER, validators=[UnicodeUsernameValidator()],
    )  # fmt: skip
    password1, password2 = SetPasswordMixin.create_password_fields("Password", "Password again")
    password1.help_text = "At least 8 characters, not only digits, none of the common ones."
    password2.help_text = ""

    def clean(self) -> dict[str, Any]:
        self.validate_passwords()
        self.validate_password_for_user(User(username=self.cleaned_data.get("username", "")), "password1")
        return self.cleaned_data

    @transaction.atomic
    def keep(self) -> User:
        """An account of that name can only be one without a password, made for `security.auth: none`: take it over."""
        name = self.cleaned_data["username"]
        owner = User.objects.select_for_update().filter(username=name).first() or User(username=name)
        owner.is_active = owner.is_staff = owner.is_superuser = True
        owner.set_password(self.cleaned_data["password1"])
        owner.save()
        return owner
