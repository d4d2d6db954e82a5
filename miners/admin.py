"""Miners, plugs and the ledger in the admin. Changes go through the services; what is observed is only shown."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.admin import ModelAdmin, StackedInline
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminSelectWidget

from hmm_project.access import actor_of
from hmm_project.journal.admin import ReadOnlyAdmin
from miners import kinds
from miners.addresses import check_host
from miners.models import (
    Command,
    DesiredState,
    FirmwareVersion,
    HomeAssistant,
    Miner,
    MinerStatus,
    MqttBroker,
    Switch,
    TuningProfile,
)
from miners.mqtt import services as mqtt
from miners.power import services as power
from miners.services import canonical_identity, delete_miner, save_miner
from miners.tuning.services import delete_profile, keep_profile, require_sound


def _secret(label: str, help_text: str) -> forms.CharField:
    """Taken and never shown; empty leaves it as it is."""
    widget = UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"})
    return forms.CharField(label=label, required=False, widget=widget, help_text=f"{help_text} Empty: stays as it is.")


class MinerAdminForm(forms.ModelForm[Miner]):
    kind = forms.ChoiceField(choices=kinds.choices, widget=UnfoldAdminSelectWidget)
    web_password = _secret("Web password", "Avalon web login, needed to set pools.")

    class Meta:
        model = Miner
        fields = (
            *("name", "kind", "host", "port", "mac", "enabled", "switch", "estimated_power_w"),
            *("web_user", "web_password"),
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds.choices(self.instance.kind)  # type: ignore[attr-defined]

    def clean_host(self) -> str:
        try:
            return check_host(self.cleaned_data["host"], allow_loopback=settings.CONFIG.devices.allow_loopback)
        except ValueError as error:
            raise forms.ValidationError(f"{error}.") from None

    def clean_mac(self) -> str | None:
        return canonical_identity(self.cleaned_data["mac"])

    def clean_web_password(self) -> str:
        return self.cleaned_data["web_password"] or self.instance.web_password


class ShownInline(StackedInline):
    """Rows the product writes, beside the row they belong to."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class StatusInline(ShownInline):
    model = MinerStatus


class DesiredInline(ShownInline):
    model = DesiredState


@admin.register(Miner)
class MinerAdmin(ModelAdmin):
    form = MinerAdminForm
    list_display = ["name", "kind", "host", "port", "state", "enabled", "switch"]
    list_filter = ["kind", "enabled", "status__state"]
    list_select_related = ["status", "switch"]
    search_fields = ["name", "host", "mac"]
    inlines = [StatusInline, DesiredInline]

    @admin.display(ordering="status__state")
    def state(self, miner: Miner) -> str:
        return miner.status.state

    def save_model(self, request: HttpRequest, obj: Miner, form: forms.ModelForm[Miner], change: bool) -> None:
        save_miner(obj, actor=actor_of(request), now=timezone.now())

    def delete_model(self, request: HttpRequest, obj: Miner) -> None:
        delete_miner(obj, actor=actor_of(request), now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Miner]) -> None:
        for miner in queryset:
            self.delete_model(request, miner)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Its status and desired rows go with it; alone nobody may delete them, so nobody is asked."""
        listed, counts, _, protected = super().get_deleted_objects(objs, request)
        return listed, counts, set(), protected

    def get_inlines(self, request: HttpRequest, obj: Miner | None) -> list[Any]:
        return self.inlines if obj else []


@admin.register(Switch)
class SwitchAdmin(ModelAdmin):
    list_display = ["name", "entity_id", "state", "power_w", "seen_at", "locked"]
    list_filter = ["state", "locked"]
    search_fields = ["name", "entity_id"]
    readonly_fields = ["state", "power_w", "seen_at", "failure"]

    def save_model(self, request: HttpRequest, obj: Switch, form: forms.ModelForm[Switch], change: bool) -> None:
        power.save_switch(obj, actor=actor_of(request))

    def delete_model(self, request: HttpRequest, obj: Switch) -> None:
        power.delete_switch(obj, actor=actor_of(request), now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Switch]) -> None:
        for switch in queryset:
            self.delete_model(request, switch)


class HomeAssistantForm(forms.ModelForm[HomeAssistant]):
    token = _secret("Token", "Long-lived access token of a user who may switch.")

    class Meta:
        model = HomeAssistant
        fields = ("url", "token", "verify_tls", "enabled")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.former = HomeAssistant(url=self.instance.url, token=self.instance.token)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        power.check_token(self.former, values.get("url"), values.get("token") or None)
        return values


@admin.register(HomeAssistant)
class HomeAssistantAdmin(ModelAdmin):
    form = HomeAssistantForm
    list_display = ["url", "enabled", "rejected", "seen_at"]
    readonly_fields = ["rejected", "seen_at"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return not HomeAssistant.objects.exists()

    def save_model(
        self, request: HttpRequest, obj: HomeAssistant, form: forms.ModelForm[HomeAssistant], change: bool
    ) -> None:
        values = form.cleaned_data
        kept = power.save_home_assistant(
            url=values["url"],
            token=values["token"] or None,
            enabled=values["enabled"],
            verify_tls=values["verify_tls"],
            actor=actor_of(request),
            now=timezone.now(),
        )
        obj.pk = kept.pk


class MqttBrokerForm(forms.ModelForm[MqttBroker]):
    password = _secret("Password", "Of the broker's user.")

    class Meta:
        model = MqttBroker
        fields = mqtt.CHANGEABLE

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = {name: getattr(self.instance, name) for name in mqtt.CHANGEABLE}
        self.former = MqttBroker(**named)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        mqtt.check_password(self.former, {name: value for name, value in values.items() if name != "password" or value})
        return values


@admin.register(MqttBroker)
class MqttBrokerAdmin(ModelAdmin):
    form = MqttBrokerForm
    list_display = ["host", "port", "enabled", "connected", "rejected", "seen_at", "takes_orders"]
    readonly_fields = ["connected", "rejected", "seen_at", "failure"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return not MqttBroker.objects.exists()

    def save_model(
        self, request: HttpRequest, obj: MqttBroker, form: forms.ModelForm[MqttBroker], change: bool
    ) -> None:
        values = dict(form.cleaned_data)
        values["password"] = values["password"] or None
        obj.pk = mqtt.save_broker(actor=actor_of(request), now=timezone.now(), **values).pk

    def delete_model(self, request: HttpRequest, obj: MqttBroker) -> None:
        mqtt.delete_broker(obj, actor=actor_of(request), now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[MqttBroker]) -> None:
        for broker in queryset:
            self.delete_model(request, broker)


@admin.register(Command)
class CommandAdmin(ReadOnlyAdmin):
    list_display = ["time", "name", "action", "argument", "outcome", "actor", "because", "detail"]
    list_filter = ["outcome", "action", "actor", "sent"]
    search_fields = ["name", "because", "detail"]
    date_hierarchy = "time"


@admin.register(MinerStatus)
class MinerStatusAdmin(ReadOnlyAdmin):
    list_display = ["miner", "state", "mode", "hashrate_ghs", "power_w", "temperature_c", "firmware", "seen_at"]
    list_filter = ["state", "firmware"]
    list_select_related = ["miner"]
    search_fields = ["miner__name"]


@admin.register(DesiredState)
class DesiredStateAdmin(ReadOnlyAdmin):
    list_display = ["miner", "power", "mode", "champion", "in_force", "uncontrollable", "because", "decided_at"]
    list_filter = ["power", "in_force", "uncontrollable"]
    list_select_related = ["miner"]
    search_fields = ["miner__name"]


class TuningProfileForm(forms.ModelForm[TuningProfile]):
    kind = forms.ChoiceField(choices=kinds.choices, widget=UnfoldAdminSelectWidget)

    class Meta:
        model = TuningProfile
        fields = ("name", "kind", "model", "frequency_mhz", "core_voltage_mv", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kinds.choices(self.instance.kind)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if not self.errors:
            require_sound(TuningProfile(**values))
        return values


@admin.register(TuningProfile)
class TuningProfileAdmin(ModelAdmin):
    form = TuningProfileForm
    list_display = ["name", "kind", "model", "frequency_mhz", "core_voltage_mv", "note"]
    list_filter = ["kind", "model"]
    search_fields = ["name", "model", "note"]

    def save_model(
        self, request: HttpRequest, obj: TuningProfile, form: forms.ModelForm[TuningProfile], change: bool
    ) -> None:
        keep_profile(obj, actor=actor_of(request))

    def delete_model(self, request: HttpRequest, obj: TuningProfile) -> None:
        delete_profile(obj, actor=actor_of(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[TuningProfile]) -> None:
        for profile in queryset:
            self.delete_model(request, profile)


@admin.register(FirmwareVersion)
class FirmwareVersionAdmin(ReadOnlyAdmin):
    list_display = ["miner", "version", "since"]
    list_filter = ["version"]
    list_select_related = ["miner"]
    search_fields = ["miner__name", "version"]
    date_hierarchy = "since"
