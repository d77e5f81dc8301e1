"""Who may have an account, and how."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class MunicipalAccountAdapter(DefaultAccountAdapter):
    """Accounts are given by the municipality's administrator; nobody signs up alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
