"""Pools, coins and payouts in the admin."""

from __future__ import annotations

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminPasswordWidget

from hmm_project.access import actor_of
from hmm_project.journal.admin import ReadOnlyAdmin
from pools.coins.forms import PayoutForm, SettingForm
from pools.coins.payouts import delete_payout
from pools.forms import PoolForm
from pools.models import CoinFigure, CoinPrice, CoinService, CoinSetting, CoinWork, Payout, Pool, PoolCheck
from pools.services import delete_pool, save_pool


class PoolAdminForm(PoolForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["port"].widget = UnfoldAdminIntegerFieldWidget()
        self.fields["password"].widget = UnfoldAdminPasswordWidget()


@admin.register(Pool)
class PoolAdmin(ModelAdmin):
    form = PoolAdminForm
    list_display = ["name", "coin", "host", "port", "state", "subscribe_ms", "enabled"]
    list_filter = ["coin", "state", "enabled"]
    search_fields = ["name", "host", "user"]
    readonly_fields = ["state", "misses", "checked_at", "subscribe_ms", "failure"]

    def save_model(self, request: HttpRequest, obj: Pool, form: forms.ModelForm[Pool], change: bool) -> None:
        save_pool(obj, actor=actor_of(request), now=timezone.now())

    def delete_model(self, request: HttpRequest, obj: Pool) -> None:
        delete_pool(obj, actor=actor_of(request), now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Pool]) -> None:
        for pool in queryset:
            self.delete_model(request, pool)


@admin.register(PoolCheck)
class PoolCheckAdmin(ReadOnlyAdmin):
    list_display = ["time", "pool", "reachable", "subscribe_ms", "error"]
    list_filter = ["pool", "reachable"]
    date_hierarchy = "time"


class CoinSettingAdminForm(SettingForm):
    class Meta(SettingForm.Meta):
        fields = ["coin", *SettingForm.Meta.fields]


@admin.register(CoinSetting)
class CoinSettingAdmin(ModelAdmin):
    form = CoinSettingAdminForm
    list_display = ["coin", "difficulty", "reward", "price_gbp", "fee_percent", "worth_pence"]

    def save_model(self, request: HttpRequest, obj: CoinSetting, form: SettingForm, change: bool) -> None:
        form.keep(actor=actor_of(request), now=timezone.now())


@admin.register(Payout)
class PayoutAdmin(ModelAdmin):
    form = PayoutForm
    list_display = ["time", "coin", "amount", "gbp_at_receipt", "gbp_source", "pool"]
    list_filter = ["coin"]
    search_fields = ["pool", "txid", "note"]
    date_hierarchy = "time"

    def save_model(self, request: HttpRequest, obj: Payout, form: PayoutForm, change: bool) -> None:
        form.keep(actor=actor_of(request), now=timezone.now())

    def delete_model(self, request: HttpRequest, obj: Payout) -> None:
        delete_payout(obj, actor=actor_of(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Payout]) -> None:
        for payout in queryset:
            self.delete_model(request, payout)


@admin.register(CoinFigure)
class CoinFigureAdmin(ReadOnlyAdmin):
    list_display = ["coin", "quantity", "value", "source", "time", "suspect", "suspect_source"]
    list_filter = ["coin", "quantity"]


@admin.register(CoinPrice)
class CoinPriceAdmin(ReadOnlyAdmin):
    list_display = ["hour", "coin", "price_gbp", "source"]
    list_filter = ["coin"]
    date_hierarchy = "hour"


@admin.register(CoinService)
class CoinServiceAdmin(ReadOnlyAdmin):
    list_display = ["name", "answered_at", "failures", "failure", "not_before"]


@admin.register(CoinWork)
class CoinWorkAdmin(ReadOnlyAdmin):
    list_display = ["day", "coin", "hashes"]
    list_filter = ["coin"]
